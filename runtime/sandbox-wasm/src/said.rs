//! What a guest says beside its outcomes: lines of the log, and what its language prints.

use remold_host_api::{LogLevel, LogLine};

/// So much of the beginning of what a guest printed is kept for the case that it traps, bytes: that is where languages say
/// what is wrong.
const KEPT: usize = 2048;

/// What an instance has said since its log was taken.
#[derive(Debug, Default)]
pub(crate) struct Said {
    log: Vec<LogLine>,
    /// The beginning of what was printed in this call.
    printed: Vec<u8>,
    /// A line that has no end yet.
    line: Vec<u8>,
}

impl Said {
    /// Begins a call.
    pub(crate) fn begin(&mut self) {
        self.printed.clear();
    }

    /// Ends a call: a line without an end is one too.
    pub(crate) fn end(&mut self) {
        self.end_line();
    }

    /// Adds a line to the log.
    pub(crate) fn log(&mut self, level: LogLevel, message: String) {
        self.log.push(LogLine { level, message });
    }

    /// Takes what is printed; each line is one of the log.
    pub(crate) fn print(&mut self, text: &[u8]) {
        let room = KEPT.saturating_sub(self.printed.len());
        self.printed
            .extend_from_slice(&text[..room.min(text.len())]);
        for part in text.split_inclusive(|byte| *byte == b'\n') {
            self.line.extend_from_slice(part);
            if part.ends_with(b"\n") {
                self.end_line();
            }
        }
    }

    fn end_line(&mut self) {
        let line = std::mem::take(&mut self.line);
        let message = String::from_utf8_lossy(&line).trim_end().to_owned();
        if !message.is_empty() {
            self.log(LogLevel::Debug, message);
        }
    }

    /// Returns the beginning of what was printed in this call.
    pub(crate) fn printed(&self) -> String {
        String::from_utf8_lossy(&self.printed).trim().to_owned()
    }

    /// Takes the log.
    pub(crate) fn take_log(&mut self) -> Vec<LogLine> {
        std::mem::take(&mut self.log)
    }

    /// Says how many lines were logged, to go back to it.
    pub(crate) fn length(&self) -> usize {
        self.log.len()
    }

    /// Forgets the lines that a call logged which is made again.
    pub(crate) fn forget(&mut self, length: usize) {
        self.log.truncate(length);
    }
}
