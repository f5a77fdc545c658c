//! Who else is told of a run.

use clap::Args;
use remold_kube::report::RunReference;

/// Who else is told of a run.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct ReportArguments {
    /// Tell a Kubernetes cluster how far the run is: the status of this `RedisMigrationRun`, in a pod whose service account may
    /// write it
    #[arg(long, value_name = "NAMESPACE/RUN")]
    pub(crate) report_to: Option<RunReference>,
}
