//! The limit of a guest's memory.

use wasmtime::ResourceLimiter;

/// Elements of all tables of an instance together.
const TABLE_ELEMENTS: usize = 1 << 20;

/// What an instance has of memory and tables.
#[derive(Debug)]
pub(crate) struct Memory {
    limit: usize,
    used: usize,
    elements: usize,
    /// What was asked for beyond the limit.
    refused: Option<String>,
}

impl Memory {
    pub(crate) const fn new(limit: usize) -> Self {
        Self {
            limit,
            used: 0,
            elements: 0,
            refused: None,
        }
    }

    /// Returns how many bytes of memory there are, which never become fewer.
    pub(crate) const fn used(&self) -> usize {
        self.used
    }

    /// Takes what was asked for beyond the limit.
    pub(crate) fn take_refused(&mut self) -> Option<String> {
        self.refused.take()
    }

    fn refuse(&mut self, what: String) -> wasmtime::Error {
        let error = wasmtime::Error::msg(what.clone());
        self.refused = Some(what);
        error
    }
}

impl ResourceLimiter for Memory {
    fn memory_growing(
        &mut self,
        current: usize,
        desired: usize,
        maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        if maximum.is_some_and(|maximum| desired > maximum) {
            return Ok(false);
        }
        let used = self.used + desired.saturating_sub(current);
        if used > self.limit {
            let limit = self.limit;
            return Err(self.refuse(format!(
                "{used} bytes of memory were asked for, the limit is {limit}"
            )));
        }
        self.used = used;
        Ok(true)
    }

    fn table_growing(
        &mut self,
        current: usize,
        desired: usize,
        maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        if maximum.is_some_and(|maximum| desired > maximum) {
            return Ok(false);
        }
        let elements = self.elements + desired.saturating_sub(current);
        if elements > TABLE_ELEMENTS {
            return Err(self.refuse(format!(
                "{elements} elements of tables were asked for, the limit is {TABLE_ELEMENTS}"
            )));
        }
        self.elements = elements;
        Ok(true)
    }
}
