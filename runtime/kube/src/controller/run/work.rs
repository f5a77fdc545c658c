//! The objects of a run's workers.

use k8s_openapi::api::core::v1::ConfigMap;
use kube::ResourceExt;
use serde_json::json;

use super::Reconciliation;
use crate::controller::cluster::owner;
use crate::controller::error::Error;
use crate::controller::settings::Settings;
use crate::controller::target::Way;
use crate::resources::RedisMigration;
use crate::workers::{
    MANIFEST_KEY, Manifest, Storage, Task, Work, claim, network_policy, report_role,
    service_account,
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
        cluster.create(&self.config_map(work)).await?;
        if let Some((name, spec)) = Settings::new_claim(&self.run.spec) {
            cluster.create(&claim(work, &name, &spec)).await?;
        }
        Ok(())
    }

    fn config_map(&self, work: &Work) -> ConfigMap {
        let document = json!({
            "apiVersion": "remold.dev/v1alpha1",
            "kind": RedisMigration::KIND,
            "metadata": { "name": self.run.spec.migration_ref.name },
            "spec": self.run.spec.manifest,
        });
        ConfigMap {
            metadata: work.metadata(&self.run.name_any()),
            immutable: Some(true),
            data: Some([(MANIFEST_KEY.to_owned(), remold_manifest::to_yaml(&document))].into()),
            ..ConfigMap::default()
        }
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
        Ok(Work {
            name,
            namespace: Some(self.namespace.clone()),
            instance: spec.migration_ref.name.clone(),
            owner: Some(owner(self.run)?),
            image: self.context.settings.image_of(&settings),
            pull_policy: self.context.settings.pull_policy.clone(),
            task,
            connection: way.connection.clone(),
            storage: Some(self.journal()),
            manifest: Some(Manifest {
                config_map: self.run.name_any(),
                files: files.map(str::to_owned),
            }),
            service_account: settings
                .service_account_name
                .clone()
                .unwrap_or_else(|| self.run.name_any()),
            settings,
            report_to: Some(format!("{}/{}", self.namespace, self.run.name_any())),
            suspend,
        })
    }

    fn journal(&self) -> Storage {
        Settings::journal_of(&self.run.spec)
    }
}
