//! The workflow itself: its name, labels, parameters, and what else is not of one task.

use crate::document::ParameterDeclaration;
use crate::fault::FaultCode;
use crate::finding::At;
use crate::names::NameKind;
use crate::text::{Lines, check_plain, check_value, listed, short};

use super::{Checker, labelling};

impl<'a> Checker<'a, '_> {
    pub(super) fn check_header(&mut self) {
        let document = self.document;
        let root = At::Root;
        NameKind::Workflow.inspect(&document.name, &root.field("name"), self.findings);
        labelling::inspect(document, self.findings);
        if let Some(mutex) = &document.mutex {
            NameKind::Mutex.inspect(mutex, &root.field("mutex"), self.findings);
        }
        let at = root.field("parameters");
        self.check_count(
            document.parameters.len(),
            self.limits.parameters,
            "parameters",
            &at,
        );
        for (index, declaration) in document.parameters.iter().enumerate() {
            self.check_declaration(declaration, &at.index(index));
        }
    }

    fn check_declaration(&mut self, declaration: &'a ParameterDeclaration, at: &At) {
        let name_at = at.field("name");
        if NameKind::Parameter.inspect(&declaration.name, &name_at, self.findings)
            && self
                .parameters
                .insert(&declaration.name, declaration)
                .is_some()
        {
            self.findings
                .report(&name_at, FaultCode::DuplicateName, || {
                    format!("`{}` is the name of another parameter", declaration.name)
                });
        }
        if let Some(description) = &declaration.description {
            check_plain(
                description,
                Lines::Many,
                &at.field("description"),
                self.findings,
            );
        }
        if let Some(default) = &declaration.default {
            check_value(default, &at.field("default"), self.findings);
        }
        if let Some(allowed) = &declaration.allowed {
            self.check_enum(declaration, allowed, at);
        }
    }

    fn check_enum(&mut self, declaration: &ParameterDeclaration, allowed: &[String], at: &At) {
        let enum_at = at.field("enum");
        for (index, value) in allowed.iter().enumerate() {
            check_value(value, &enum_at.index(index), self.findings);
        }
        if self.findings.is_hole(&enum_at) {
            return;
        }
        if allowed.is_empty() {
            self.findings.report(&enum_at, FaultCode::Missing, || {
                "has no value; leave it out to allow any".to_owned()
            });
        } else if let Some(default) = &declaration.default
            && !allowed.contains(default)
        {
            self.findings
                .report(&at.field("default"), FaultCode::NotInEnum, || {
                    let allowed = listed(allowed.iter().map(String::as_str));
                    format!(
                        "`{}` is none of the allowed values: {allowed}",
                        short(default)
                    )
                });
        }
    }
}
