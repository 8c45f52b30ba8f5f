//! JSON payloads: answers of declared types, and request bodies that are handed on as bytes.

use std::marker::PhantomData;

use poem::http::{HeaderValue, header};
use poem::{FromRequest, IntoResponse, Request, RequestBody, Response};
use poem_openapi::payload::Payload;
use poem_openapi::registry::{
    MetaMediaType, MetaRequest, MetaResponse, MetaResponses, MetaSchema, MetaSchemaRef, Registry,
};
use poem_openapi::types::{ToJSON, Type};
use poem_openapi::{ApiExtractor, ApiExtractorType, ApiResponse, ExtractParamOptions};

/// The media type of documents and answers.
pub(crate) const JSON: &str = "application/json";

/// An answer in JSON.
///
/// The framework's own payload calls itself `application/json; charset=utf-8`, a parameter that
/// the media type does not have.
#[derive(Debug)]
pub(crate) struct Json<T>(pub(crate) T);

impl<T: Type> Payload for Json<T> {
    const CONTENT_TYPE: &'static str = JSON;

    fn schema_ref() -> MetaSchemaRef {
        T::schema_ref()
    }

    fn register(registry: &mut Registry) {
        T::register(registry);
    }
}

impl<T: ToJSON> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        let mut response = self.0.to_json_string().into_response();
        let json = HeaderValue::from_static(JSON);
        response.headers_mut().insert(header::CONTENT_TYPE, json);
        response
    }
}

impl<T: ToJSON> ApiResponse for Json<T> {
    fn meta() -> MetaResponses {
        MetaResponses {
            responses: vec![MetaResponse {
                description: "As asked.",
                status: Some(200),
                status_range: None,
                content: vec![MetaMediaType {
                    content_type: JSON,
                    schema: T::schema_ref(),
                }],
                headers: Vec::new(),
            }],
        }
    }

    fn register(registry: &mut Registry) {
        T::register(registry);
    }
}

/// A body whose shape is declared as `T`, and which is read by whoever knows all that can be
/// wrong with it: the framework's reader stops at the first.
#[derive(Debug)]
pub(crate) struct Bytes<T, const REQUIRED: bool = true> {
    pub(crate) bytes: Vec<u8>,
    shape: PhantomData<fn() -> T>,
}

impl<'a, T: Type, const REQUIRED: bool> ApiExtractor<'a> for Bytes<T, REQUIRED> {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::RequestObject];
    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        T::register(registry);
    }

    fn request_meta() -> Option<MetaRequest> {
        Some(MetaRequest {
            description: None,
            content: vec![MetaMediaType {
                content_type: JSON,
                schema: T::schema_ref(),
            }],
            required: REQUIRED,
        })
    }

    /// Takes the bytes as they are; their media type has been checked by then.
    async fn from_request(
        request: &'a Request,
        body: &mut RequestBody,
        _: ExtractParamOptions<()>,
    ) -> Result<Self, poem::Error> {
        Ok(Self {
            bytes: <Vec<u8> as FromRequest>::from_request(request, body).await?,
            shape: PhantomData,
        })
    }
}

/// A merge patch (RFC 7396) of what is declared as `T`, read by whoever knows what it patches.
#[derive(Debug)]
pub(crate) struct Patch<T> {
    pub(crate) bytes: Vec<u8>,
    shape: PhantomData<fn() -> T>,
}

/// The media type of merge patches; they are taken as plain JSON too.
const MERGE_PATCH: &str = "application/merge-patch+json";

impl<'a, T: Type> ApiExtractor<'a> for Patch<T> {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::RequestObject];
    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        T::register(registry);
        registry.create_schema::<(), _>(patch_name::<T>(), |_| MetaSchema {
            description: Some("A merge patch (RFC 7396): what is left out stays, `null` removes."),
            additional_properties: Some(Box::new(MetaSchemaRef::Inline(Box::new(MetaSchema::ANY)))),
            ..MetaSchema::new("object")
        });
    }

    fn request_meta() -> Option<MetaRequest> {
        let content = |content_type| MetaMediaType {
            content_type,
            schema: MetaSchemaRef::Reference(patch_name::<T>()),
        };
        Some(MetaRequest {
            description: None,
            content: vec![content(MERGE_PATCH), content(JSON)],
            required: true,
        })
    }

    /// Takes the bytes as they are; their media type has been checked by then.
    async fn from_request(
        request: &'a Request,
        body: &mut RequestBody,
        _: ExtractParamOptions<()>,
    ) -> Result<Self, poem::Error> {
        Ok(Self {
            bytes: <Vec<u8> as FromRequest>::from_request(request, body).await?,
            shape: PhantomData,
        })
    }
}

fn patch_name<T: Type>() -> String {
    format!("{}Patch", T::name())
}
