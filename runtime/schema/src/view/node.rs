//! The validator's way into a view: the package `jsonschema` reads it through these without a copy.

use std::borrow::Cow;

use jsonschema::JsonType;
use jsonschema::json::{self, Array, Json, JsonNumber, NodeIdentity, Object, cmp};
use serde_json::{Map, Value};

use super::{Item, Leaf, Member, View};

/// The representation of JSON that [`View`] is.
#[derive(Debug)]
pub(crate) struct ViewJson;

/// A place in a view.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Node<'a> {
    View(&'a View<'a>),
    Leaf(&'a Leaf<'a>),
    Item(&'a Item<'a>),
    /// The fields of a stream's entry.
    Fields(&'a Vec<Member<'a>>),
    Value(&'a Value),
    /// A name of a member.
    Name(&'a str),
}

impl View<'_> {
    /// Returns the place of the whole value.
    pub(crate) fn root(&self) -> Node<'_> {
        match self {
            Self::Leaf(leaf) => leaf.node(),
            view => Node::View(view),
        }
    }

    /// Finds a place by the steps of a JSON Pointer; `None` if there is none, or nothing at it.
    pub(crate) fn at(&self, steps: &[String]) -> Option<Node<'_>> {
        let mut node = self.root();
        for step in steps {
            node = match json::Node::as_object(&node) {
                Some(object) => object.get(step)?,
                None => {
                    let place = step.parse().ok()?;
                    json::Node::as_array(&node)?.elements().nth(place)?
                }
            };
        }
        let is_null = matches!(node, Node::Leaf(Leaf::Null) | Node::Value(Value::Null));
        (!is_null).then_some(node)
    }
}

impl Node<'_> {
    /// Returns a text as it is, and the text of anything else.
    pub(crate) fn text(&self) -> Cow<'_, str> {
        if let Some(text) = json::Node::as_string(self) {
            return text;
        }
        match json::Node::as_number(self) {
            Some(NumberText(digits)) => Cow::Borrowed(digits),
            None => Cow::Owned(json::Node::to_value(self).to_string()),
        }
    }
}

impl Leaf<'_> {
    fn node(&self) -> Node<'_> {
        match self {
            Self::Document(value) => Node::Value(value),
            leaf => Node::Leaf(leaf),
        }
    }
}

impl Item<'_> {
    fn node(&self) -> Node<'_> {
        match self {
            Self::Leaf(leaf) => leaf.node(),
            item => Node::Item(item),
        }
    }
}

impl Json for ViewJson {
    type Node<'a> = Node<'a>;
    type PreparedKey = String;
    type StringBuffer = ();
    // A lookup walks the members.
    const KEYS_PER_LOOKUP: usize = 2;

    fn prepare_key(key: &str) -> String {
        key.to_owned()
    }

    fn with_string_node<T>((): &mut (), string: &str, f: impl FnOnce(Node<'_>) -> T) -> T {
        f(Node::Name(string))
    }
}

/// A number by its text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NumberText<'a>(&'a str);

impl JsonNumber for NumberText<'_> {
    fn as_u64(&self) -> Option<u64> {
        self.0.parse().ok()
    }

    fn as_i64(&self) -> Option<i64> {
        self.0.parse().ok()
    }

    fn as_f64(&self) -> Option<f64> {
        self.0
            .parse()
            .ok()
            .filter(|number: &f64| number.is_finite())
    }

    fn as_str(&self) -> Cow<'_, str> {
        Cow::Borrowed(self.0)
    }

    fn to_number(&self) -> Cow<'_, serde_json::Number> {
        let number = serde_json::from_str(self.0);
        Cow::Owned(number.expect("the text was found to be a number of JSON"))
    }

    fn is_integer(&self) -> bool {
        let plain = !self
            .0
            .bytes()
            .any(|byte| matches!(byte, b'.' | b'e' | b'E'));
        plain || JsonNumber::is_integer(&*self.to_number())
    }
}

impl<'a> json::Node<'a, ViewJson> for Node<'a> {
    type Object = ObjectNode<'a>;
    type Array = ArrayNode<'a>;
    type Number = NumberText<'a>;

    fn as_object(&self) -> Option<ObjectNode<'a>> {
        match self {
            Self::View(View::Object(members)) => Some(ObjectNode::Members(members)),
            Self::Fields(members) => Some(ObjectNode::Members(members)),
            Self::Item(Item::Scored(member, score)) => Some(ObjectNode::Two([
                ("member", member.node()),
                ("score", score.node()),
            ])),
            Self::Item(Item::Entry(id, fields)) => Some(ObjectNode::Two([
                ("id", id.node()),
                ("fields", Node::Fields(fields)),
            ])),
            Self::Value(Value::Object(members)) => Some(ObjectNode::Map(members)),
            _ => None,
        }
    }

    fn as_array(&self) -> Option<ArrayNode<'a>> {
        match self {
            Self::View(View::Array(items)) => Some(ArrayNode::Items(items)),
            Self::Value(Value::Array(items)) => Some(ArrayNode::Values(items)),
            _ => None,
        }
    }

    fn as_string(&self) -> Option<Cow<'a, str>> {
        match self {
            Self::Leaf(Leaf::Text(text)) => Some(Cow::Borrowed(text)),
            Self::Value(Value::String(text)) => Some(Cow::Borrowed(text)),
            Self::Name(name) => Some(Cow::Borrowed(name)),
            _ => None,
        }
    }

    fn as_number(&self) -> Option<NumberText<'a>> {
        match self {
            Self::Leaf(Leaf::Number(text)) => Some(NumberText(text)),
            Self::Value(Value::Number(number)) => Some(NumberText(number.as_str())),
            _ => None,
        }
    }

    fn as_boolean(&self) -> Option<bool> {
        match self {
            Self::Leaf(Leaf::Bool(value)) | Self::Value(Value::Bool(value)) => Some(*value),
            _ => None,
        }
    }

    fn is_null(&self) -> bool {
        matches!(self, Self::Leaf(Leaf::Null) | Self::Value(Value::Null))
    }

    fn json_type(&self) -> JsonType {
        match self {
            Self::View(View::Array(_)) | Self::Value(Value::Array(_)) => JsonType::Array,
            Self::View(View::Leaf(leaf)) | Self::Item(Item::Leaf(leaf)) => {
                json::Node::json_type(&leaf.node())
            }
            Self::View(View::Object(_))
            | Self::Fields(_)
            | Self::Item(_)
            | Self::Value(Value::Object(_)) => JsonType::Object,
            Self::Leaf(Leaf::Null) | Self::Value(Value::Null) => JsonType::Null,
            Self::Leaf(Leaf::Bool(_)) | Self::Value(Value::Bool(_)) => JsonType::Boolean,
            Self::Leaf(Leaf::Number(_)) | Self::Value(Value::Number(_)) => JsonType::Number,
            Self::Leaf(Leaf::Text(_)) | Self::Value(Value::String(_)) | Self::Name(_) => {
                JsonType::String
            }
            Self::Leaf(Leaf::Document(value)) => json::Node::json_type(&Node::Value(value)),
        }
    }

    fn equals_value(&self, expected: &Value) -> bool {
        if let (Some(text), Value::String(expected)) = (self.as_string(), expected) {
            return text == *expected;
        }
        cmp::equal(&json::Node::to_value(self), expected)
    }

    fn to_value(&self) -> Cow<'a, Value> {
        let owned = |node: Node<'a>| json::Node::to_value(&node).into_owned();
        Cow::Owned(match self {
            Self::Value(value) => return Cow::Borrowed(value),
            Self::Leaf(Leaf::Document(value)) => return Cow::Borrowed(value),
            Self::Leaf(Leaf::Null) => Value::Null,
            Self::Leaf(Leaf::Bool(value)) => Value::Bool(*value),
            Self::Leaf(Leaf::Number(text)) => {
                Value::Number(NumberText(text).to_number().into_owned())
            }
            Self::Leaf(Leaf::Text(text)) => Value::String(text.clone().into_owned()),
            Self::Name(name) => Value::String((*name).to_owned()),
            Self::View(View::Leaf(leaf)) | Self::Item(Item::Leaf(leaf)) => {
                return json::Node::to_value(&leaf.node());
            }
            node => match (node.as_object(), node.as_array()) {
                (Some(object), _) => {
                    let members = object.members();
                    Value::Object(
                        members
                            .map(|(name, node)| (name.to_owned(), owned(node)))
                            .collect::<Map<_, _>>(),
                    )
                }
                (None, Some(array)) => Value::Array(array.elements().map(owned).collect()),
                (None, None) => Value::Null,
            },
        })
    }

    fn identity(&self) -> Option<NodeIdentity> {
        let (address, tag) = match self {
            Self::View(view) => (std::ptr::from_ref(*view).addr(), 0),
            Self::Leaf(leaf) => (std::ptr::from_ref(*leaf).addr(), 1),
            Self::Item(item) => (std::ptr::from_ref(*item).addr(), 2),
            Self::Fields(members) => (std::ptr::from_ref(*members).addr(), 3),
            Self::Value(value) => (std::ptr::from_ref(*value).addr(), 4),
            // A name is no node of the value, and holds no others.
            Self::Name(_) => return None,
        };
        Some(NodeIdentity::tagged(address, tag))
    }
}

/// An object in a view.
#[derive(Debug, Clone, Copy)]
pub(crate) enum ObjectNode<'a> {
    Members(&'a [Member<'a>]),
    Two([(&'static str, Node<'a>); 2]),
    Map(&'a Map<String, Value>),
}

impl<'a> Object<'a, ViewJson> for ObjectNode<'a> {
    type Node = Node<'a>;
    type MemberName = &'a str;
    type MembersIter = MembersNode<'a>;

    fn len(&self) -> usize {
        match self {
            Self::Members(members) => members.len(),
            Self::Two(members) => members.len(),
            Self::Map(members) => members.len(),
        }
    }

    fn get(&self, key: &String) -> Option<Node<'a>> {
        match self {
            Self::Members(members) => {
                let mut members = members.iter();
                let found = members.find(|(name, _)| name == key);
                found.map(|(_, leaf)| leaf.node())
            }
            Self::Two(members) => {
                let found = members.iter().find(|(name, _)| name == key);
                found.map(|(_, node)| *node)
            }
            Self::Map(members) => Map::get(members, key.as_str()).map(Node::Value),
        }
    }

    fn members(&self) -> MembersNode<'a> {
        match self {
            Self::Members(members) => MembersNode::Members(members.iter()),
            Self::Two(members) => MembersNode::Two(<[_; 2]>::into_iter(*members)),
            Self::Map(members) => MembersNode::Map(members.iter()),
        }
    }
}

/// Walks the members of an object.
#[derive(Debug)]
pub(crate) enum MembersNode<'a> {
    Members(std::slice::Iter<'a, (&'a str, Leaf<'a>)>),
    Two(std::array::IntoIter<(&'static str, Node<'a>), 2>),
    Map(serde_json::map::Iter<'a>),
}

impl<'a> Iterator for MembersNode<'a> {
    type Item = (&'a str, Node<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        match self {
            Self::Members(members) => members.next().map(|(name, leaf)| (*name, leaf.node())),
            Self::Two(members) => members.next(),
            Self::Map(members) => {
                let next = members.next();
                next.map(|(name, value)| (name.as_str(), Node::Value(value)))
            }
        }
    }
}

/// An array in a view.
#[derive(Debug, Clone, Copy)]
pub(crate) enum ArrayNode<'a> {
    Items(&'a [Item<'a>]),
    Values(&'a [Value]),
}

impl<'a> Array<'a, ViewJson> for ArrayNode<'a> {
    type Node = Node<'a>;
    type ElementsIter = ElementsNode<'a>;

    fn len(&self) -> usize {
        match self {
            Self::Items(items) => items.len(),
            Self::Values(values) => values.len(),
        }
    }

    fn elements(&self) -> ElementsNode<'a> {
        match self {
            Self::Items(items) => ElementsNode::Items(items.iter()),
            Self::Values(values) => ElementsNode::Values(values.iter()),
        }
    }
}

/// Walks the elements of an array.
#[derive(Debug)]
pub(crate) enum ElementsNode<'a> {
    Items(std::slice::Iter<'a, Item<'a>>),
    Values(std::slice::Iter<'a, Value>),
}

impl<'a> Iterator for ElementsNode<'a> {
    type Item = Node<'a>;

    fn next(&mut self) -> Option<Node<'a>> {
        match self {
            Self::Items(items) => items.next().map(Item::node),
            Self::Values(values) => values.next().map(Node::Value),
        }
    }
}
