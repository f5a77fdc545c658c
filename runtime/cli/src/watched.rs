//! A run that is watched from outside while it goes on: by a cluster, by Prometheus, by whoever collects logs.

use std::sync::Arc;

use remold::Control;
use remold_kube::metrics::Background;
use remold_kube::report::RunReference;

use crate::arguments::WatchedArguments;
use crate::commands::Answer;
use crate::exposed;
use crate::log::Log;
use crate::progress::{Logged, Notes};
use crate::report::Report;
use crate::reported::Reporting;
use crate::screen;

/// A run that is watched.
pub(crate) struct Watched {
    reporting: Reporting,
    log: Option<Logged>,
    _metrics: Option<Background>,
}

impl WatchedArguments {
    /// Returns the log that takes the place of what is shown to people; none on a terminal.
    pub(crate) fn log(&self) -> Option<Log> {
        self.log.filter(|_| !screen::can_draw()).map(Log::new)
    }
}

impl Watched {
    /// Begins to let others look.
    pub(crate) fn start(
        arguments: &WatchedArguments,
        report_to: Option<&RunReference>,
        control: &Control,
        notes: &Arc<Notes>,
    ) -> Result<Self, Report> {
        let metrics = arguments.metrics;
        let metrics = metrics.map(|address| exposed::serve(address, control, Arc::clone(notes)));
        Ok(Self {
            _metrics: metrics.transpose()?,
            log: arguments.log().map(|log| Logged::new(log, control)),
            reporting: Reporting::start(report_to, control, Arc::clone(notes)),
        })
    }

    /// Tells how the run ended.
    pub(crate) fn finish(self, result: &Result<Answer, Report>) {
        if let Some(log) = &self.log {
            log.ended(result);
        }
        self.reporting.finish(result);
    }
}
