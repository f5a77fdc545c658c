//! Scalars: their types, bounds and forms.

use semver::{Version, VersionReq};
use serde_json::Value;

use super::{Checker, nothing_advice};
use crate::error::Problem;
use crate::name::is_dns_label;
use crate::quantity::{InvalidQuantity, Percentage, Period, Size};
use crate::yaml::{Content, Meaning, Node, Path, Scalar};

impl Checker {
    pub(super) fn scalar(&mut self, node: &Node, schema: &Value, path: &Path) {
        match schema["format"].as_str() {
            Some("period") => {
                let zero = |period: &Period| period.is_zero();
                self.quantity(node, InvalidQuantity::Period, schema, zero, path);
            }
            Some("size") => {
                let zero = |size: &Size| size.as_bytes() == 0;
                self.quantity(node, InvalidQuantity::Size, schema, zero, path);
            }
            Some("percentage") => {
                let zero = |share: &Percentage| share.parts_per_million() == 0;
                self.quantity(node, InvalidQuantity::Percentage, schema, zero, path);
            }
            Some("count-or-percentage") => self.tolerance(node, schema, path),
            Some("version") => {
                const EXPECTED: &str = "a version of three numbers such as `1.0.0`";
                self.parsed::<Version>(node, EXPECTED, path);
            }
            Some("version-range") => {
                const EXPECTED: &str = "a range of versions such as `1.x`, `1.0.0` or `>=1.2, <2`";
                self.parsed::<VersionReq>(node, EXPECTED, path);
            }
            _ => match schema["type"].as_str() {
                Some("integer") => self.integer(node, schema, path),
                Some("boolean") => self.boolean(node, path),
                _ => self.text(node, schema, path),
            },
        }
    }

    fn quantity<Q: std::str::FromStr<Err = InvalidQuantity>>(
        &mut self,
        node: &Node,
        kind: InvalidQuantity,
        schema: &Value,
        is_zero: impl FnOnce(&Q) -> bool,
        path: &Path,
    ) {
        let found = match &node.content {
            Content::Scalar(scalar) if scalar.meaning != Meaning::Null => &scalar.text,
            _ => {
                let expected = match kind {
                    InvalidQuantity::Size => "a size such as `64MiB`",
                    InvalidQuantity::Percentage => "a percentage such as `1%`",
                    _ => "a length of time such as `250ms`",
                };
                self.wrong_type(node, expected, nothing_advice(node), path);
                return;
            }
        };
        match found.parse() {
            Err(source) => {
                let found = found.clone();
                self.report(node.span.clone(), path, Problem::Quantity { found, source });
            }
            Ok(quantity) if schema["x-remold-positive"] == true && is_zero(&quantity) => {
                self.report(node.span.clone(), path, Problem::Zero);
            }
            Ok(_) => {}
        }
    }

    /// Checks a scalar of any meaning whose text has a form, such as `1.0`, which is a number too.
    fn parsed<T: std::str::FromStr>(&mut self, node: &Node, expected: &'static str, path: &Path) {
        match &node.content {
            Content::Scalar(scalar) if scalar.meaning != Meaning::Null => {
                if scalar.text.parse::<T>().is_err() {
                    let found = scalar.text.clone();
                    self.report(node.span.clone(), path, Problem::Form { expected, found });
                } else if scalar.meaning != Meaning::Text {
                    self.wrong_type(node, "a text", Some("put it in quotes"), path);
                }
            }
            _ => self.wrong_type(node, expected, nothing_advice(node), path),
        }
    }

    fn tolerance(&mut self, node: &Node, schema: &Value, path: &Path) {
        match &node.content {
            Content::Scalar(scalar) if matches!(scalar.meaning, Meaning::Number(_)) => {
                self.integer(node, schema, path);
            }
            Content::Scalar(scalar)
                if scalar.meaning == Meaning::Text && scalar.text.ends_with('%') =>
            {
                let any = |_: &Percentage| false;
                self.quantity(node, InvalidQuantity::Percentage, schema, any, path);
            }
            _ => self.wrong_type(
                node,
                "a whole number such as `10` or a percentage such as `0.5%`",
                nothing_advice(node),
                path,
            ),
        }
    }

    fn integer(&mut self, node: &Node, schema: &Value, path: &Path) {
        let number = match &node.content {
            Content::Scalar(Scalar {
                meaning: Meaning::Number(number),
                ..
            }) => number.as_str(),
            Content::Scalar(scalar) if scalar.text.parse::<u64>().is_ok() => {
                let advice = Some("leave the quotes out");
                self.wrong_type(node, "a whole number", advice, path);
                return;
            }
            _ => {
                self.wrong_type(node, "a whole number", nothing_advice(node), path);
                return;
            }
        };
        let digits = number.strip_prefix('-').unwrap_or(number);
        if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            self.wrong_type(node, "a whole number", None, path);
            return;
        }
        let minimum = schema["minimum"].as_u64().unwrap_or(0);
        let most = match schema["format"].as_str() {
            Some("uint32") => Some(u64::from(u32::MAX)),
            _ => None,
        };
        let maximum = schema["maximum"].as_u64().or(most);
        let allowed = minimum..=maximum.unwrap_or(u64::MAX);
        if !number
            .parse()
            .is_ok_and(|number: u64| allowed.contains(&number))
        {
            let problem = Problem::OutOfRange {
                found: number.to_owned(),
                minimum,
                maximum,
            };
            self.report(node.span.clone(), path, problem);
        }
    }

    fn boolean(&mut self, node: &Node, path: &Path) {
        if !matches!(&node.content, Content::Scalar(scalar) if matches!(scalar.meaning, Meaning::Bool(_)))
        {
            self.wrong_type(node, "`true` or `false`", nothing_advice(node), path);
        }
    }

    fn text(&mut self, node: &Node, schema: &Value, path: &Path) {
        let Some(text) = node.as_text() else {
            let advice = match &node.content {
                Content::Scalar(scalar) if scalar.meaning != Meaning::Null => {
                    Some("put it in quotes")
                }
                _ => nothing_advice(node),
            };
            self.wrong_type(node, "a text", advice, path);
            return;
        };
        if text.is_empty() && schema["minLength"].as_u64() > Some(0) {
            self.report(node.span.clone(), path, Problem::EmptyValue);
        }
        if schema["format"] == "dns-label" && !is_dns_label(text) {
            let problem = Problem::Form {
                expected: "a name of at most 63 characters out of `a` to `z`, `0` to `9` and `-`, with a letter or digit at both ends",
                found: text.to_owned(),
            };
            self.report(node.span.clone(), path, problem);
        }
        if schema["format"] == "dns-subdomain"
            && !(text.len() <= 253 && text.split('.').all(is_dns_label))
        {
            let problem = Problem::Form {
                expected: "a name of at most 253 characters out of `a` to `z`, `0` to `9`, `-` and `.`, with a letter or digit at both ends and beside each `.`",
                found: text.to_owned(),
            };
            self.report(node.span.clone(), path, problem);
        }
    }
}
