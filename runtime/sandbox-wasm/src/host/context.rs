//! The run that the transform is part of.

use remold_host_api::{LogLevel, SourceLocation};

use crate::bindings::context::{Host, Level};
use crate::bindings::types;
use crate::session::Session;

impl Host for Session {
    fn parameters(&mut self) -> wasmtime::Result<String> {
        self.charge(self.parameters_text.len())?;
        Ok(self.parameters_text.clone())
    }

    fn now_ms(&mut self) -> wasmtime::Result<u64> {
        self.charge(0)?;
        Ok(self.now_ms)
    }

    fn seed(&mut self) -> wasmtime::Result<u64> {
        self.charge(0)?;
        Ok(self.seed)
    }

    fn log(&mut self, level: Level, message: String) -> wasmtime::Result<()> {
        let level = match level {
            Level::Debug => LogLevel::Debug,
            Level::Info => LogLevel::Info,
            Level::Warn => LogLevel::Warn,
        };
        Self::log(self, level, message)
    }

    fn print(&mut self, text: Vec<u8>) -> wasmtime::Result<()> {
        Self::print(self, &text)
    }

    fn panic(&mut self, message: String, place: Option<types::Place>) -> wasmtime::Result<()> {
        self.write_loose(message.len())?;
        self.panic = Some((message, place.map(location)));
        Ok(())
    }
}

/// Turns a guest's place in its source into the contract's.
pub(super) fn location(place: types::Place) -> SourceLocation {
    SourceLocation {
        file: place.file,
        line: place.line as usize,
        column: place.column as usize,
        source_line: String::new(),
    }
}
