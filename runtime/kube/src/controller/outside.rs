//! Objects of other projects: Velero's, snapshots of volumes. They are read as they are; of a field that is not there nothing is
//! assumed.

use kube::Api;
use kube::api::{
    ApiResource, DeleteParams, DynamicObject, GroupVersionKind, ListParams, PostParams,
};
use serde_json::Value;

use super::cluster::Cluster;
use super::error::Error;

/// A kind of another project.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Foreign {
    pub(super) group: &'static str,
    pub(super) version: &'static str,
    pub(super) kind: &'static str,
}

impl Foreign {
    fn resource(self) -> ApiResource {
        ApiResource::from_gvk(&GroupVersionKind::gvk(self.group, self.version, self.kind))
    }
}

impl Cluster {
    fn foreign(&self, of: Foreign, namespace: &str) -> Api<DynamicObject> {
        Api::namespaced_with(self.client(), namespace, &of.resource())
    }

    /// Returns an object; `None` also where its kind is unknown to the API server.
    pub(super) async fn find_foreign(
        &self,
        of: Foreign,
        namespace: &str,
        name: &str,
    ) -> Result<Option<DynamicObject>, Error> {
        let found = self.foreign(of, namespace).get_opt(name).await;
        found.map_err(|source| failed("get", of, name, source))
    }

    /// Returns an object of a kind that belongs to no namespace.
    pub(super) async fn find_foreign_anywhere(
        &self,
        of: Foreign,
        name: &str,
    ) -> Result<Option<DynamicObject>, Error> {
        let api: Api<DynamicObject> = Api::all_with(self.client(), &of.resource());
        let found = api.get_opt(name).await;
        found.map_err(|source| failed("get", of, name, source))
    }

    /// Returns all objects of a kind; `None` where the kind is unknown to the API server.
    pub(super) async fn list_foreign(
        &self,
        of: Foreign,
        namespace: &str,
    ) -> Result<Option<Vec<DynamicObject>>, Error> {
        let found = self
            .foreign(of, namespace)
            .list(&ListParams::default())
            .await;
        match found {
            Ok(list) => Ok(Some(list.items)),
            Err(kube::Error::Api(status)) if status.is_not_found() => Ok(None),
            Err(source) => Err(failed("list", of, "all", source)),
        }
    }

    /// Makes an object if there is none of its name.
    pub(super) async fn create_foreign(
        &self,
        of: Foreign,
        namespace: &str,
        name: &str,
        object: Value,
    ) -> Result<(), Error> {
        let mut object = object;
        let version = if of.group.is_empty() {
            of.version.to_owned()
        } else {
            format!("{}/{}", of.group, of.version)
        };
        object["apiVersion"] = version.into();
        object["kind"] = of.kind.into();
        object["metadata"]["name"] = name.into();
        object["metadata"]["namespace"] = namespace.into();
        let object: DynamicObject =
            serde_json::from_value(object).expect("an object with a name is one");
        let made = self
            .foreign(of, namespace)
            .create(&PostParams::default(), &object)
            .await;
        match made {
            Ok(_) => Ok(()),
            Err(kube::Error::Api(status)) if status.is_already_exists() => Ok(()),
            Err(source) => Err(failed("create", of, name, source)),
        }
    }

    /// Deletes an object; one that is gone is gone.
    pub(super) async fn delete_foreign(
        &self,
        of: Foreign,
        namespace: &str,
        name: &str,
    ) -> Result<(), Error> {
        let deleted = self
            .foreign(of, namespace)
            .delete(name, &DeleteParams::default())
            .await;
        match deleted {
            Ok(_) => Ok(()),
            Err(kube::Error::Api(status)) if status.is_not_found() => Ok(()),
            Err(source) => Err(failed("delete", of, name, source)),
        }
    }
}

/// Returns a text of an object.
pub(super) fn text<'a>(object: &'a DynamicObject, pointer: &str) -> Option<&'a str> {
    object.data.pointer(pointer)?.as_str()
}

/// Returns a count of an object, 0 where it says none.
pub(super) fn count(object: &DynamicObject, pointer: &str) -> i64 {
    let value = object.data.pointer(pointer);
    value.and_then(Value::as_i64).unwrap_or_default()
}

fn failed(what: &str, of: Foreign, name: &str, source: kube::Error) -> Error {
    Error::Api {
        what: format!("{what} {} {name}", of.kind),
        source,
    }
}
