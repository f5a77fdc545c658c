//! The objects of a run's workers.

use kube::ResourceExt;

use super::Reconciliation;
use crate::controller::documents;
use crate::controller::error::Error;
use crate::controller::settings::Settings;
use crate::controller::target::Way;
use crate::resources::RedisMigration;
use crate::workers::{
    Manifest, Storage, Task, Work, claim, network_policy, report_role, service_account,
};

impl Reconciliation<'_> {
    /// Makes what the workers need beside their Job.
    pub(super) async fn prepare(&self, work: &Work) -> Result<(), Error> {
        let cluster = &self.context.cluster;
        cluster.apply(&service_account(work)).await?;
        if work.report_to.is_some() {
            let (role, binding) = report_role(work, &self.run.name_any());
            cluster.apply(&role).await?;
            cluster.apply(&binding).await?;
        }
        cluster.apply(&network_policy(work)).await?;
        let spec = &self.run.spec;
        let text = documents::text(
            RedisMigration::KIND,
            &spec.migration_ref.name,
            &spec.manifest,
        );
        let document = documents::config_map(work, &self.run.name_any(), text);
        cluster.create(&document).await?;
        if let Some((name, spec)) = Settings::new_claim(spec) {
            cluster.create(&claim(work, &name, &spec)).await?;
        }
        Ok(())
    }

    pub(super) fn work(
        &self,
        way: &Way,
        name: String,
        task: Task,
        suspend: bool,
    ) -> Result<Work, Error> {
        let spec = &self.run.spec;
        let settings = Settings::job_of(&spec.manifest);
        let files = spec.manifest.get("filesFrom");
        let files = files.and_then(|files| files.pointer("/configMap/name")?.as_str());
        let run = self.run.name_any();
        Ok(Work {
            instance: spec.migration_ref.name.clone(),
            image: self.context.settings.image_of(&settings),
            storage: Some(Settings::journal_of(spec)),
            backups: Settings::program_backups_of(&spec.manifest)
                .map(|rdb| Storage::from(&rdb.store)),
            manifest: Some(Manifest {
                config_map: run.clone(),
                files: files.map(str::to_owned),
            }),
            service_account: settings
                .service_account_name
                .clone()
                .unwrap_or_else(|| run.clone()),
            settings,
            report_to: Some(format!("{}/{run}", self.namespace)),
            suspend,
            ..self
                .context
                .work_for(self.run, name, task, &way.connection)?
        })
    }
}
