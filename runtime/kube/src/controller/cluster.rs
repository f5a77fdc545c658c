//! The API server as reconcilers use it: reads, server-side apply of children, status, events, deletion.
//!
//! Every write of the controller goes through here, under one field manager for each concern, so that a test can end a
//! reconciliation before and after each of them.

use std::fmt::Debug;

use k8s_openapi::NamespaceResourceScope;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::OwnerReference;
use kube::api::{DeleteParams, ListParams, Patch, PatchParams, PropagationPolicy};
use kube::runtime::events::{Event, EventType, Recorder, Reporter};
use kube::{Api, Client, Resource, ResourceExt};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::error::Error;

/// The field manager of objects that the controller makes.
const OBJECTS: &str = "remold-controller";
/// The field manager of the status that the controller writes.
const STATUS: &str = "remold-controller-status";

/// The API server.
#[derive(Clone)]
pub(crate) struct Cluster {
    client: Client,
    recorder: Recorder,
}

/// What a custom resource or child of the controller is.
pub(crate) trait Kind:
    Resource<DynamicType = (), Scope = NamespaceResourceScope>
    + Clone
    + Debug
    + Serialize
    + DeserializeOwned
    + Send
    + Sync
    + 'static
{
}

impl<K> Kind for K where
    K: Resource<DynamicType = (), Scope = NamespaceResourceScope>
        + Clone
        + Debug
        + Serialize
        + DeserializeOwned
        + Send
        + Sync
        + 'static
{
}

impl Cluster {
    pub(crate) fn new(client: Client, instance: Option<String>) -> Self {
        let reporter = Reporter {
            controller: OBJECTS.to_owned(),
            instance,
        };
        Self {
            recorder: Recorder::new(client.clone(), reporter),
            client,
        }
    }

    pub(crate) fn client(&self) -> Client {
        self.client.clone()
    }

    fn api<K: Kind>(&self, namespace: &str) -> Api<K> {
        Api::namespaced(self.client.clone(), namespace)
    }

    /// Returns an object as it is now, not as a watch has last seen it.
    pub(crate) async fn get<K: Kind>(
        &self,
        namespace: &str,
        name: &str,
    ) -> Result<Option<K>, Error> {
        let found = self.api::<K>(namespace).get_opt(name).await;
        found.map_err(|source| asked("get", &K::kind(&()), name, source))
    }

    /// Returns the objects with these labels.
    pub(crate) async fn list<K: Kind>(
        &self,
        namespace: &str,
        labels: &str,
    ) -> Result<Vec<K>, Error> {
        let parameters = ListParams::default().labels(labels);
        let found = self.api::<K>(namespace).list(&parameters).await;
        let found = found.map_err(|source| asked("list", &K::kind(&()), labels, source))?;
        Ok(found.items)
    }

    /// Makes an object, or makes it what it should be.
    pub(crate) async fn apply<K: Kind>(&self, object: &K) -> Result<K, Error> {
        let name = object.name_any();
        let namespace = object.namespace().unwrap_or_default();
        let mut document = json!(object);
        document["apiVersion"] = K::api_version(&()).into();
        document["kind"] = K::kind(&()).into();
        let parameters = PatchParams::apply(OBJECTS).force();
        let applied = self
            .api::<K>(&namespace)
            .patch(&name, &parameters, &Patch::Apply(document))
            .await;
        applied.map_err(|source| asked("apply", &K::kind(&()), &name, source))
    }

    /// Makes an object if there is none of its name. One that is there stays as it is.
    pub(crate) async fn create<K: Kind>(&self, object: &K) -> Result<(), Error> {
        let name = object.name_any();
        let namespace = object.namespace().unwrap_or_default();
        let created = self
            .api::<K>(&namespace)
            .create(&kube::api::PostParams::default(), object)
            .await;
        match created {
            Ok(_) => Ok(()),
            Err(kube::Error::Api(status)) if status.is_already_exists() => Ok(()),
            Err(source) => Err(asked("create", &K::kind(&()), &name, source)),
        }
    }

    /// Writes the status, all of it that the controller owns, if the object is still as it was read: what was made of an older
    /// one would undo what was written since.
    pub(crate) async fn status<K: Kind>(&self, object: &K, status: &Value) -> Result<(), Error> {
        let name = object.name_any();
        let namespace = object.namespace().unwrap_or_default();
        let document = json!({
            "apiVersion": K::api_version(&()),
            "kind": K::kind(&()),
            // An object that was deleted and made again meanwhile is another one.
            "metadata": {
                "name": name,
                "uid": object.uid(),
                "resourceVersion": object.resource_version(),
            },
            "status": status,
        });
        let parameters = PatchParams::apply(STATUS).force();
        let written = self
            .api::<K>(&namespace)
            .patch_status(&name, &parameters, &Patch::Apply(document))
            .await;
        match written {
            Ok(_) => Ok(()),
            Err(kube::Error::Api(status)) if status.is_conflict() => Err(Error::Changed {
                what: format!("{} {name}", K::kind(&())),
            }),
            Err(source) => Err(asked("write the status of", &K::kind(&()), &name, source)),
        }
    }

    /// Changes an object by a merge patch, if it is still of this version where one is named, and returns it as it is then.
    pub(crate) async fn merge<K: Kind>(&self, object: &K, change: &Value) -> Result<K, Error> {
        let name = object.name_any();
        let namespace = object.namespace().unwrap_or_default();
        let mut change = change.clone();
        change["metadata"]["resourceVersion"] = object.resource_version().into();
        let parameters = PatchParams {
            field_manager: Some(OBJECTS.to_owned()),
            ..PatchParams::default()
        };
        let changed = self
            .api::<K>(&namespace)
            .patch(&name, &parameters, &Patch::Merge(change))
            .await;
        match changed {
            Ok(changed) => Ok(changed),
            Err(kube::Error::Api(status)) if status.is_conflict() => Err(Error::Changed {
                what: format!("{} {name}", K::kind(&())),
            }),
            Err(source) => Err(asked("change", &K::kind(&()), &name, source)),
        }
    }

    /// Deletes an object with all that it owns; one that is gone already is gone.
    pub(crate) async fn delete<K: Kind>(&self, namespace: &str, name: &str) -> Result<(), Error> {
        let parameters = DeleteParams {
            propagation_policy: Some(PropagationPolicy::Background),
            ..DeleteParams::default()
        };
        let deleted = self.api::<K>(namespace).delete(name, &parameters).await;
        match deleted {
            Ok(_) => Ok(()),
            Err(kube::Error::Api(status)) if status.is_not_found() => Ok(()),
            Err(source) => Err(asked("delete", &K::kind(&()), name, source)),
        }
    }

    /// Tells what happened to an object. An event that cannot be written is no reason to stop.
    pub(crate) async fn tell<K: Kind>(
        &self,
        object: &K,
        warning: bool,
        reason: &str,
        action: &str,
        note: &str,
    ) {
        let mut note = note.to_owned();
        note.truncate(note.floor_char_boundary(1000));
        let event = Event {
            type_: if warning {
                EventType::Warning
            } else {
                EventType::Normal
            },
            reason: reason.to_owned(),
            note: Some(note),
            action: action.to_owned(),
            secondary: None,
        };
        let _ = self.recorder.publish(&event, &object.object_ref(&())).await;
    }
}

/// Returns the reference by which an object owns another one of its namespace.
pub(crate) fn owner<K: Kind>(object: &K) -> Result<OwnerReference, Error> {
    object
        .controller_owner_ref(&())
        .ok_or(Error::Incomplete { what: "a uid" })
}

/// Returns the namespace of an object.
pub(crate) fn namespace<K: Kind>(object: &K) -> Result<String, Error> {
    object.namespace().ok_or(Error::Incomplete {
        what: "a namespace",
    })
}

fn asked(what: &str, kind: &str, name: &str, source: kube::Error) -> Error {
    Error::Api {
        what: format!("{what} {kind} {name}"),
        source,
    }
}
