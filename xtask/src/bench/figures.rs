//! Figures of repeated measurements.

use std::time::Duration;

/// The durations of repeated measurements, in order of size; at least one.
#[derive(Debug, Clone)]
pub struct Figures(Vec<Duration>);

impl Figures {
    /// The figures of these measurements, of which there has to be one.
    pub fn of(mut measured: Vec<Duration>) -> Option<Self> {
        measured.sort_unstable();
        (!measured.is_empty()).then_some(Self(measured))
    }

    /// The measurement that so many percent are not above (nearest rank).
    pub fn percentile(&self, percent: usize) -> Duration {
        let rank = (self.0.len() * percent.min(100)).div_ceil(100);
        self.0[rank.saturating_sub(1)]
    }

    /// The middle one.
    pub fn median(&self) -> Duration {
        self.percentile(50)
    }
}

/// A duration in milliseconds, as the tables show it.
pub(super) fn milliseconds(duration: Duration) -> String {
    format!("{:.2} ms", duration.as_secs_f64() * 1e3)
}

/// A ratio with its budget, as the tables show it.
pub(super) fn ratio(ours: Duration, theirs: Duration, budget: f64) -> String {
    let ratio = ours.as_secs_f64() / theirs.as_secs_f64();
    let verdict = if ratio <= budget { "within" } else { "OVER" };
    format!("{ratio:.2} x ({verdict} its budget of {budget} x)")
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::Figures;

    #[test]
    fn percentiles_are_measurements_by_nearest_rank() {
        let measured = (1..=200).rev().map(Duration::from_millis).collect();
        let figures = Figures::of(measured).unwrap();
        assert_eq!(figures.median(), Duration::from_millis(100));
        assert_eq!(figures.percentile(99), Duration::from_millis(198));
        assert_eq!(figures.percentile(100), Duration::from_millis(200));
        assert!(Figures::of(Vec::new()).is_none());
    }
}
