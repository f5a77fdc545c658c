//! What workers may do in the cluster: next to nothing.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::ServiceAccount;
use k8s_openapi::api::networking::v1::{
    NetworkPolicy, NetworkPolicyEgressRule, NetworkPolicyIngressRule, NetworkPolicyPeer,
    NetworkPolicyPort, NetworkPolicySpec,
};
use k8s_openapi::api::rbac::v1::{PolicyRule, Role, RoleBinding, RoleRef, Subject};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use super::job::METRICS_PORT;
use super::{INSTANCE_LABEL, NAME_LABEL, Work};
use crate::resources::{GROUP, RedisMigrationRun};

/// Makes the service account of a work, whose token no pod sees unless it reports.
pub fn service_account(work: &Work) -> ServiceAccount {
    ServiceAccount {
        metadata: work.metadata(&work.service_account),
        automount_service_account_token: Some(false),
        ..ServiceAccount::default()
    }
}

/// Makes the role by which the workers write the status of their own run and nothing else, and its binding.
pub fn report_role(work: &Work, run: &str) -> (Role, RoleBinding) {
    let role = Role {
        metadata: work.metadata(&work.service_account),
        rules: Some(vec![PolicyRule {
            api_groups: Some(vec![GROUP.to_owned()]),
            resources: Some(vec![format!("{}/status", RedisMigrationRun::PLURAL)]),
            resource_names: Some(vec![run.to_owned()]),
            verbs: vec!["get".to_owned(), "patch".to_owned()],
            ..PolicyRule::default()
        }]),
    };
    let binding = RoleBinding {
        metadata: work.metadata(&work.service_account),
        role_ref: RoleRef {
            api_group: "rbac.authorization.k8s.io".to_owned(),
            kind: "Role".to_owned(),
            name: work.service_account.clone(),
        },
        subjects: Some(vec![Subject {
            kind: "ServiceAccount".to_owned(),
            name: work.service_account.clone(),
            namespace: work.namespace.clone(),
            api_group: None,
        }]),
    };
    (role, binding)
}

/// Makes the policy that lets the pods of a work reach names, the server's port, the API by TLS, object stores, and the
/// collector of their traces, and lets them be reached for their metrics alone.
pub fn network_policy(work: &Work) -> NetworkPolicy {
    let port = |protocol: &str, port: u16| NetworkPolicyPort {
        protocol: Some(protocol.to_owned()),
        port: Some(IntOrString::Int(port.into())),
        end_port: None,
    };
    let mut ports = vec![port("UDP", 53), port("TCP", 53)];
    ports.push(port("TCP", work.connection.port().unwrap_or(6379)));
    ports.extend([port("TCP", 443), port("TCP", 6443)]);
    let stores = work.stored().filter_map(|(one, _)| one.port());
    let more = stores.chain(work.tracing.ports());
    ports.extend(more.map(|one| port("TCP", one)));
    let labels = [
        (NAME_LABEL, "remold"),
        (INSTANCE_LABEL, work.instance.as_str()),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()));
    NetworkPolicy {
        metadata: work.metadata(&work.instance),
        spec: Some(NetworkPolicySpec {
            pod_selector: Some(LabelSelector {
                match_labels: Some(BTreeMap::from(labels)),
                match_expressions: None,
            }),
            policy_types: Some(vec!["Ingress".to_owned(), "Egress".to_owned()]),
            ingress: Some(vec![NetworkPolicyIngressRule {
                ports: Some(vec![NetworkPolicyPort {
                    protocol: Some("TCP".to_owned()),
                    port: Some(IntOrString::Int(METRICS_PORT)),
                    end_port: None,
                }]),
                from: Some(vec![NetworkPolicyPeer {
                    namespace_selector: Some(LabelSelector::default()),
                    ..NetworkPolicyPeer::default()
                }]),
            }]),
            egress: Some(vec![NetworkPolicyEgressRule {
                ports: Some(ports),
                to: None,
            }]),
        }),
    }
}
