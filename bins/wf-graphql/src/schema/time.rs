//! Times: RFC 3339 in UTC, to the millisecond.

use time::OffsetDateTime;
use wf_model::Timestamp;

/// The moment as GraphQL's `DateTime`.
pub(crate) fn date_time(moment: Option<Timestamp>) -> Option<OffsetDateTime> {
    moment.map(Timestamp::to_offset_date_time)
}
