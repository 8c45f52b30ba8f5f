//! Process groups: an attempt's process with all that it started and that did not leave it.

use rustix::process::{Pid, Signal, kill_process_group};

/// The group of an attempt's process. Nothing of it is left when this is dropped.
#[derive(Debug)]
pub(crate) struct Group(Pid);

impl Group {
    /// The group that the process of that number leads.
    pub(crate) fn led_by(pid: u32) -> Option<Self> {
        i32::try_from(pid).ok().and_then(Pid::from_raw).map(Self)
    }

    /// Asks it to end.
    pub(crate) fn ask_to_end(&self) {
        self.signal(Signal::TERM);
    }

    /// Ends it.
    pub(crate) fn end(&self) {
        self.signal(Signal::KILL);
    }

    fn signal(&self, signal: Signal) {
        // That there is nothing left to signal is what is wanted.
        let _ = kill_process_group(self.0, signal);
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        self.end();
    }
}
