//! The distinct values that something has, as long as they are few.

/// So many distinct values are remembered.
const MOST: usize = 16;
/// A longer value is none of an enumeration.
const LONGEST: usize = 48;

/// Distinct values with their counts, or the knowledge that they are many.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Values {
    /// In the order of the texts; `None` once there were too many.
    few: Option<Vec<(Box<str>, u64)>>,
}

impl Default for Values {
    fn default() -> Self {
        Self {
            few: Some(Vec::new()),
        }
    }
}

impl Values {
    pub(crate) fn add(&mut self, value: &str) {
        self.add_many(value, 1);
    }

    /// Says whether further values need not be offered.
    pub(crate) fn are_many(&self) -> bool {
        self.few.is_none()
    }

    /// Returns the values with their counts, if they are few.
    pub(crate) fn few(&self) -> Option<&[(Box<str>, u64)]> {
        self.few.as_deref()
    }

    pub(crate) fn merge(&mut self, other: Self) {
        match other.few {
            None => self.few = None,
            Some(few) => {
                for (value, count) in few {
                    self.add_many(&value, count);
                }
            }
        }
    }

    fn add_many(&mut self, value: &str, count: u64) {
        let Some(few) = &mut self.few else { return };
        match few.binary_search_by(|(known, _)| (**known).cmp(value)) {
            Ok(at) => few[at].1 += count,
            Err(_) if few.len() == MOST || value.len() > LONGEST => self.few = None,
            Err(at) => few.insert(at, (value.into(), count)),
        }
    }
}
