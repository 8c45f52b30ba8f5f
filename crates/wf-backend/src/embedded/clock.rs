//! The clock: the one place of this backend that asks what time it is.

use time::OffsetDateTime;
use wf_model::Timestamp;

/// Now, to the millisecond.
pub(crate) fn now() -> Timestamp {
    Timestamp::from(OffsetDateTime::now_utc())
}
