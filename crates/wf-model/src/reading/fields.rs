//! Reading values and the fields of objects, with a finding for each that is not as it should be.

use std::borrow::Cow;

use crate::fault::FaultCode;
use crate::finding::{At, Findings};
use crate::text::short;

use super::raw::Raw;

/// For how many elements memory is taken before it is known that they are what they should be.
const MOST_RESERVED: usize = 1 << 14;

/// Reports that something else stands there than should.
fn wrong_type(raw: &Raw, wanted: &str, at: &At, findings: &mut Findings) {
    findings.report(at, FaultCode::WrongType, || {
        format!("is {}; it has to be {wanted}", raw.kind())
    });
    findings.hole(at);
}

/// A text; empty when it is none.
pub(crate) fn text(raw: Raw, at: &At, findings: &mut Findings) -> String {
    match raw {
        Raw::Text(text) => text.into_owned(),
        other => {
            wrong_type(&other, "a text, in quotes", at, findings);
            String::new()
        }
    }
}

/// A value: a text, or a number or boolean as text, as Argo writes it.
pub(crate) fn value(raw: Raw, at: &At, findings: &mut Findings) -> String {
    /// From here on a number of the JSON need not have been kept exactly.
    const INEXACT: f64 = 18_446_744_073_709_551_616.0;
    match raw {
        Raw::Text(text) => text.into_owned(),
        Raw::Bool(value) => value.to_string(),
        Raw::Natural(number) => number.to_string(),
        Raw::Negative(number) => number.to_string(),
        Raw::Float(number) if number.abs() < INEXACT => number.to_string(),
        Raw::Float(_) => {
            findings.report(at, FaultCode::OutOfRange, || {
                "is too large a number to be kept exactly; write it in quotes".to_owned()
            });
            findings.hole(at);
            String::new()
        }
        other => {
            wrong_type(&other, "a text, a number or a boolean", at, findings);
            String::new()
        }
    }
}

/// A whole number of the type that is asked for; absent when it is none. What it has to be is told
/// in the words of `range`, which the validation repeats for what fits the type.
pub(crate) fn whole<N>(raw: &Raw, range: &str, at: &At, findings: &mut Findings) -> Option<N>
where
    N: TryFrom<i128>,
{
    let number = match *raw {
        Raw::Natural(number) => Some(i128::from(number)),
        Raw::Negative(number) => Some(i128::from(number)),
        Raw::Float(number) => exact(number),
        _ => None,
    };
    let Some(number) = number else {
        let wanted = format!("a whole number without quotes, {range}");
        wrong_type(raw, &wanted, at, findings);
        return None;
    };
    let fitting = N::try_from(number).ok();
    if fitting.is_none() {
        findings.report(at, FaultCode::OutOfRange, || {
            format!("is {number}; it has to be {range}")
        });
        findings.hole(at);
    }
    fitting
}

/// `60.0` is as whole a number as `60`; beyond 2⁵³ not every whole number is a float.
#[allow(clippy::cast_possible_truncation)] // whole and below 2⁵³
fn exact(number: f64) -> Option<i128> {
    const LARGEST: f64 = 9_007_199_254_740_992.0;
    (number.fract() == 0.0 && number.abs() <= LARGEST).then_some(number as i128)
}

/// A list, each element read by `read`; empty when it is none.
pub(crate) fn list<'a, T>(
    raw: Raw<'a>,
    at: &At,
    findings: &mut Findings,
    mut read: impl FnMut(Raw<'a>, &At, &mut Findings) -> T,
) -> Vec<T> {
    let elements = match raw {
        Raw::List(elements) => elements,
        other => {
            wrong_type(&other, "a list", at, findings);
            return Vec::new();
        }
    };
    let mut read_elements = Vec::with_capacity(elements.len().min(MOST_RESERVED));
    for (index, element) in elements.into_iter().enumerate() {
        // A list of a million wrong things must not become a million right ones.
        if findings.is_full() {
            break;
        }
        read_elements.push(read(element, &at.index(index), findings));
    }
    read_elements
}

/// The fields of an object; none when it is no object.
pub(crate) fn object<'a>(
    raw: Raw<'a>,
    at: &At,
    findings: &mut Findings,
) -> Option<Vec<(Cow<'a, str>, Raw<'a>)>> {
    match raw {
        Raw::Object(fields) => Some(fields),
        other => {
            wrong_type(&other, "an object", at, findings);
            None
        }
    }
}

/// The fields that a kind of object has, and which of them were met.
pub(crate) struct Fields {
    known: &'static [&'static str],
    met: u32,
    filled: u32,
}

impl Fields {
    pub(crate) fn new(known: &'static [&'static str]) -> Self {
        Self {
            known,
            met: 0,
            filled: 0,
        }
    }

    /// The field of that name if there is something to read in it: not for a field that is
    /// unknown, that was there already, or that is null.
    pub(crate) fn meet(
        &mut self,
        name: &str,
        raw: &Raw,
        at: &At,
        findings: &mut Findings,
    ) -> Option<&'static str> {
        let Some(index) = self.known.iter().position(|known| *known == name) else {
            self.unknown(name, at, findings);
            return None;
        };
        let bit = 1 << index;
        if self.met & bit != 0 {
            findings.report(&at.field(name), FaultCode::DuplicateField, || {
                "stands there twice; leave one out".to_owned()
            });
            return None;
        }
        self.met |= bit;
        if *raw == Raw::Null {
            return None;
        }
        self.filled |= bit;
        Some(self.known[index])
    }

    fn unknown(&self, name: &str, at: &At, findings: &mut Findings) {
        let near = findings.nearest(name, self.known.iter().copied());
        findings.report_suggesting(&at.field(name), FaultCode::UnknownField, near, || {
            format!(
                "is no field of this object, which may have {}",
                fields(self.known)
            )
        });
        if let Some(near) = near {
            // What is missing there stands here.
            findings.hole(&at.field(near));
        }
    }

    /// Reports those of the required fields that are absent or null.
    pub(crate) fn require(&self, required: &[&str], at: &At, findings: &mut Findings) {
        for (index, name) in self.known.iter().enumerate() {
            if self.filled & (1 << index) == 0 && required.contains(name) {
                findings.report(&at.field(name), FaultCode::Missing, || {
                    "is missing, and has to be given".to_owned()
                });
                findings.hole(&at.field(name));
            }
        }
    }
}

fn fields(known: &[&str]) -> String {
    known
        .iter()
        .filter(|name| **name != "$schema")
        .map(|name| format!("`{}`", short(name)))
        .collect::<Vec<_>>()
        .join(", ")
}
