//! How workers trace what they do: the variables of OpenTelemetry that they are given.

use super::ports::port_of;

/// The variables of OpenTelemetry that are handed on to workers. Not among them are those that hold a secret
/// (`OTEL_EXPORTER_OTLP_HEADERS`), for whoever may look at a pod sees its variables, nor those that name a file of the machine or
/// the span of another process.
const HANDED_ON: [&str; 12] = [
    "OTEL_EXPORTER_OTLP_ENDPOINT",
    "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
    "OTEL_EXPORTER_OTLP_PROTOCOL",
    "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL",
    "OTEL_EXPORTER_OTLP_TIMEOUT",
    "OTEL_EXPORTER_OTLP_TRACES_TIMEOUT",
    "OTEL_SDK_DISABLED",
    "OTEL_SERVICE_NAME",
    "OTEL_TRACES_EXPORTER",
    "OTEL_TRACES_SAMPLER",
    "OTEL_TRACES_SAMPLER_ARG",
    RESOURCE,
];

const RESOURCE: &str = "OTEL_RESOURCE_ATTRIBUTES";

/// How workers trace what they do: the variables that they are given, none if they trace nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tracing(Vec<(&'static str, String)>);

impl Tracing {
    /// Takes over from this process what workers need, if it is told to trace.
    pub fn handed_on(look_up: impl Fn(&str) -> Option<String>) -> Self {
        let set = |name: &'static str| Some((name, look_up(name).filter(|text| !text.is_empty())?));
        let variables: Vec<_> = HANDED_ON.into_iter().filter_map(set).collect();
        if variables
            .iter()
            .any(|(name, _)| name.ends_with("_ENDPOINT"))
        {
            Self(variables)
        } else {
            Self::default()
        }
    }

    /// Returns the variables of a worker: those that it is given, and where it is.
    pub(super) fn variables(
        &self,
        namespace: Option<&str>,
        job: &str,
    ) -> Vec<(&'static str, String)> {
        if self.0.is_empty() {
            return Vec::new();
        }
        let own = namespace.map(|namespace| format!("k8s.namespace.name={namespace}"));
        let mut attributes: Vec<String> = own.into_iter().collect();
        attributes.push(format!("k8s.job.name={job}"));
        let is_resource = |(name, _): &&(&str, String)| *name == RESOURCE;
        // What is said last of an attribute holds: whoever runs the controller has the last word.
        attributes.extend(
            self.0
                .iter()
                .filter(is_resource)
                .map(|(_, text)| text.clone()),
        );
        let others = self.0.iter().filter(|variable| !is_resource(variable));
        let mut variables: Vec<_> = others.cloned().collect();
        variables.push((RESOURCE, attributes.join(",")));
        variables
    }

    /// Returns the ports of the collectors that are named, which pods have to reach.
    pub(super) fn ports(&self) -> Vec<u16> {
        let endpoints = self
            .0
            .iter()
            .filter(|(name, _)| name.ends_with("_ENDPOINT"));
        endpoints.filter_map(|(_, url)| port_of(url)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_handed_on_without_an_endpoint_and_no_secret_ever() {
        let all = |name: &str| Some(format!("the value of {name}"));
        let Tracing(variables) = Tracing::handed_on(all);
        assert_eq!(variables.len(), HANDED_ON.len());
        let secret =
            |(name, _): &(&str, String)| name.contains("HEADERS") || name.contains("TRACEPARENT");
        assert!(!variables.iter().any(secret), "{variables:?}");
        let without = Tracing::handed_on(|name| all(name).filter(|_| !name.ends_with("_ENDPOINT")));
        assert_eq!(without, Tracing::default());
        assert_eq!(without.variables(Some("shop"), "names"), []);
    }
}
