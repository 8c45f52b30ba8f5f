//! What can go wrong in a use case, with the one code that both APIs tell.

use wf_model::Faults;

/// A `Result` of a use case.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What can go wrong in a use case.
///
/// Its text is for clients. What they must not see, a store's or a cluster's own words, is the
/// [`source`](std::error::Error::source), which goes to the log and nowhere else.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct Error {
    code: Code,
    message: String,
    faults: Vec<wf_model::Fault>,
    misfit: Option<Box<Misfit>>,
    #[source]
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

/// Why an operation does not fit: what is so, and what would do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Misfit {
    /// The phase of the workflow, or of the task when one was meant.
    pub phase: &'static str,
    /// The phases that would do.
    pub fitting: Vec<&'static str>,
    /// The wish that is in the way, when the phase would do: `STOPPING`, `RESTARTING`, `DELETING`.
    pub wish: Option<&'static str>,
}

/// What kind of failure it is: stable words, the same on every surface.
///
/// Exhaustive on purpose: every wire decides what each of them looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Code {
    /// What was given is faulty; the faults say where.
    Invalid,
    /// Nobody knows who asks.
    Unauthenticated,
    /// Who asks may not.
    Forbidden,
    /// There is no such thing.
    NotFound,
    /// There is one already.
    AlreadyExists,
    /// It does not fit what is so.
    Conflict,
    /// What `If-Match` names is not what is so.
    PreconditionFailed,
    /// It was there, and is no more.
    Gone,
    /// It is over a limit.
    TooLarge,
    /// This backend cannot do it.
    Unsupported,
    /// Too many requests.
    RateLimited,
    /// A defect of ours.
    Internal,
    /// It cannot be answered now; the same call may succeed later.
    Unavailable,
    /// It took longer than it may.
    Timeout,
}

impl Code {
    /// Every code.
    pub const ALL: [Self; 14] = [
        Self::Invalid,
        Self::Unauthenticated,
        Self::Forbidden,
        Self::NotFound,
        Self::AlreadyExists,
        Self::Conflict,
        Self::PreconditionFailed,
        Self::Gone,
        Self::TooLarge,
        Self::Unsupported,
        Self::RateLimited,
        Self::Internal,
        Self::Unavailable,
        Self::Timeout,
    ];

    /// The word of the wire. A failed precondition says `CONFLICT` with a status of its own.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Invalid => "INVALID",
            Self::Unauthenticated => "UNAUTHENTICATED",
            Self::Forbidden => "FORBIDDEN",
            Self::NotFound => "NOT_FOUND",
            Self::AlreadyExists => "ALREADY_EXISTS",
            Self::Conflict | Self::PreconditionFailed => "CONFLICT",
            Self::Gone => "GONE",
            Self::TooLarge => "TOO_LARGE",
            Self::Unsupported => "UNSUPPORTED",
            Self::RateLimited => "RATE_LIMITED",
            Self::Internal => "INTERNAL",
            Self::Unavailable => "UNAVAILABLE",
            Self::Timeout => "TIMEOUT",
        }
    }

    /// The HTTP status, for every wire that has one.
    pub fn status(self) -> u16 {
        match self {
            Self::Invalid => 400,
            Self::Unauthenticated => 401,
            Self::Forbidden => 403,
            Self::NotFound => 404,
            Self::AlreadyExists | Self::Conflict => 409,
            Self::Gone => 410,
            Self::PreconditionFailed => 412,
            Self::TooLarge => 413,
            Self::Unsupported => 422,
            Self::RateLimited => 429,
            Self::Internal => 500,
            Self::Unavailable => 503,
            Self::Timeout => 504,
        }
    }

    /// Whether the same request may succeed later.
    pub fn is_retryable(self) -> bool {
        matches!(self, Self::RateLimited | Self::Unavailable | Self::Timeout)
    }
}

impl Error {
    /// An error with that code, in words for clients.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            faults: Vec::new(),
            misfit: None,
            source: None,
        }
    }

    /// The same error with what caused it, for the log.
    #[must_use]
    pub fn because(mut self, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// What kind of failure it is.
    pub fn code(&self) -> Code {
        self.code
    }

    /// The same, for whoever wants nothing else of the error.
    pub fn into_faults(self) -> Vec<wf_model::Fault> {
        self.faults
    }

    /// Which phase is in the way, when one is.
    pub fn misfit(&self) -> Option<&Misfit> {
        self.misfit.as_deref()
    }

    /// What is wrong with what was given; empty when that is not the matter.
    pub fn faults(&self) -> &[wf_model::Fault] {
        &self.faults
    }
}

impl From<Faults> for Error {
    fn from(faults: Faults) -> Self {
        let message = faults.to_string();
        let too_large = |fault: &wf_model::Fault| fault.code == wf_model::FaultCode::TooLarge;
        let code = if faults.as_slice().iter().all(too_large) {
            Code::TooLarge
        } else {
            Code::Invalid
        };
        Self {
            faults: faults.into_vec(),
            ..Self::new(code, message)
        }
    }
}

impl From<wf_backend::Error> for Error {
    fn from(error: wf_backend::Error) -> Self {
        use wf_backend::Error as Port;
        // What somebody sent may be part of it.
        let told = error.to_string();
        let message: String = told.chars().filter(|it| !it.is_control()).collect();
        let misfit = misfit(&error);
        let plain = |code| Self {
            misfit,
            ..Self::new(code, message)
        };
        match error {
            Port::NotFound { .. } => plain(Code::NotFound),
            Port::AlreadyExists { .. } => plain(Code::AlreadyExists),
            Port::Phase { .. }
            | Port::TaskPhase { .. }
            | Port::NotBegun { .. }
            | Port::Conflict(_) => plain(Code::Conflict),
            Port::PreconditionFailed { .. } => plain(Code::PreconditionFailed),
            Port::Invalid(faults) => faults.into(),
            Port::Unsupported(_) => plain(Code::Unsupported),
            Port::TooLarge(_) => plain(Code::TooLarge),
            Port::Unavailable { .. } => Self::new(
                Code::Unavailable,
                "the backend cannot answer now; try again",
            )
            .because(error),
            Port::Internal { .. } => {
                Self::new(Code::Internal, "the service failed; its log says why").because(error)
            }
        }
    }
}

fn misfit(error: &wf_backend::Error) -> Option<Box<Misfit>> {
    use wf_backend::Error as Port;
    let misfit = match error {
        Port::Phase { phase, misfit, .. } => Misfit {
            phase: phase.as_str(),
            fitting: misfit.fitting.iter().map(|phase| phase.as_str()).collect(),
            wish: misfit.wish.map(wf_model::Wish::as_str),
        },
        Port::TaskPhase { phase, fitting, .. } => Misfit {
            phase: phase.as_str(),
            fitting: fitting.iter().map(|phase| phase.as_str()).collect(),
            wish: None,
        },
        Port::NotBegun { .. } => Misfit {
            phase: wf_model::WorkflowPhase::Held.as_str(),
            fitting: wf_backend::BEGUN
                .iter()
                .map(|phase| phase.as_str())
                .collect(),
            wish: None,
        },
        _ => return None,
    };
    Some(Box::new(misfit))
}
