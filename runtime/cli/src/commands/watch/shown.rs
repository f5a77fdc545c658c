//! How rounds are shown: a page that is drawn again and again, blocks one below the other, or a document on each line.

mod blocks;
mod documents;
mod page;

use std::time::Duration;

use super::{Ended, Subject};
use crate::arguments::Format;
use crate::screen;
use documents::Documents;
use page::Page;

/// What is going on while something is shown.
pub(super) enum Now<'a> {
    /// Nothing: so many files are watched.
    Waiting(usize),
    /// A round, since so long: what it is at, and how far a dry run is.
    Running {
        since: Duration,
        doing: &'a str,
        progress: Option<String>,
    },
}

/// How rounds are shown.
pub(super) enum Shown {
    Page(Box<Page>),
    Blocks,
    Documents(Documents),
}

impl Shown {
    /// Chooses how to show rounds by where standard output goes.
    pub(super) fn of(subject: &Subject) -> Self {
        match subject.format {
            Format::Json => Self::Documents(Documents::new(subject.command)),
            Format::Text if screen::can_redraw() => {
                Self::Page(Box::new(Page::new(subject.title.clone())))
            }
            Format::Text => Self::Blocks,
        }
    }

    /// Shows a round that has ended. Says whether somebody still looks.
    pub(super) fn round(&mut self, ended: Ended) -> bool {
        match self {
            Self::Page(page) => {
                page.round(ended);
                true
            }
            Self::Blocks => blocks::write(&ended),
            Self::Documents(documents) => documents.round(&ended),
        }
    }

    /// Shows something that has to be known from now on.
    pub(super) fn note(&mut self, note: &str) {
        match self {
            Self::Page(page) => page.note(note),
            Self::Blocks | Self::Documents(_) => screen::err(&format!("{note}\n")),
        }
    }

    /// Shows what is going on. Says whether somebody still looks.
    pub(super) fn now(&mut self, now: &Now<'_>) -> bool {
        match self {
            Self::Page(page) => page.now(now),
            Self::Blocks | Self::Documents(_) => true,
        }
    }

    /// Leaves the last result where it can be read on.
    pub(super) fn end(&mut self) {
        if let Self::Page(page) = self {
            page.end();
        }
    }
}
