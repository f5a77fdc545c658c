//! Which functions of the host a script has calls of, without running it.

use std::collections::{BTreeMap, BTreeSet};

use remold_host_api::functions::{Form, HOST_FUNCTIONS, HostFunction};
use rhai::{AST, ASTNode, Expr, FnPtr, Stmt};

/// The name that records have in transforms.
const RECORD: &str = "rec";

/// The functions that are called and the properties that are named in a script's files, each by its name and by what is
/// known of the value that it is called on.
#[derive(Debug, Default)]
pub(crate) struct Calls(BTreeSet<(Receiver, String)>);

/// What a function is called on.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Receiver {
    /// Nothing: it is called by its name.
    None,
    /// A variable or property of this name.
    Named(String),
    /// Something that is known only when the script runs.
    Unknown,
}

impl Calls {
    /// Adds a file of the script.
    pub(crate) fn collect(&mut self, ast: &AST) {
        let variables = Variables::of(ast);
        ast.walk(&mut |path| {
            match path.last() {
                Some(ASTNode::Expr(Expr::Dot(chain, ..))) => {
                    let member = match &chain.rhs {
                        Expr::Dot(rest, ..) | Expr::Index(rest, ..) => &rest.lhs,
                        member => member,
                    };
                    self.member(variables.receiver(&chain.lhs), member);
                }
                Some(
                    ASTNode::Expr(Expr::FnCall(call, _)) | ASTNode::Stmt(Stmt::FnCall(call, _)),
                ) => {
                    self.add(Receiver::None, &call.name);
                    // A function that is handed on by its name.
                    if let Some(Expr::StringConstant(name, _)) = call.args.first() {
                        self.add(Receiver::Unknown, name);
                    }
                }
                // The same, as the parser has worked it out.
                Some(ASTNode::Expr(Expr::DynamicConstant(value, _))) => {
                    if let Some(function) = value.read_lock::<FnPtr>() {
                        self.add(Receiver::Unknown, function.fn_name());
                    }
                }
                _ => (),
            }
            true
        });
    }

    fn member(&mut self, receiver: Receiver, member: &Expr) {
        let name = match member {
            Expr::MethodCall(call, _) => call.name.as_str(),
            Expr::Property(property, _) => property.2.as_str(),
            _ => return,
        };
        self.add(receiver, name);
    }

    fn add(&mut self, receiver: Receiver, name: &str) {
        self.0.insert((receiver, name.to_owned()));
    }

    /// Finds the functions of the host. A method that is called on something unknown stands for all of its name.
    pub(crate) fn host_functions(&self) -> Vec<&'static HostFunction> {
        let is_used = |function: &&HostFunction| {
            let mut calls = self.0.iter();
            calls.any(|(receiver, name)| {
                name == function.short_name() && may_mean(receiver, name, function)
            })
        };
        HOST_FUNCTIONS.iter().filter(is_used).collect()
    }
}

/// Variables that are given nothing but one part of a record, by their names: `let hash = rec.hash`.
struct Variables(BTreeMap<String, Option<String>>);

impl Variables {
    fn of(ast: &AST) -> Self {
        let mut variables = Self(BTreeMap::new());
        for function in ast.iter_fn_def() {
            let others = function.params.iter().filter(|name| *name != RECORD);
            others.for_each(|name| variables.bind(name, None));
        }
        ast.walk(&mut |path| {
            match path.last() {
                Some(ASTNode::Stmt(Stmt::Var(given, ..))) => {
                    variables.bind(&given.0.name, part(&given.1));
                }
                Some(ASTNode::Stmt(Stmt::Assignment(given))) => {
                    if let Expr::Variable(variable, ..) = &given.1.lhs {
                        variables.bind(&variable.1, None);
                    }
                }
                Some(ASTNode::Stmt(Stmt::For(given, _))) => {
                    let counter = given.1.iter();
                    let names = std::iter::once(&given.0).chain(counter);
                    names.for_each(|name| variables.bind(&name.name, None));
                }
                _ => (),
            }
            true
        });
        variables
    }

    /// Notes what a variable is given; given different things, nothing is known of it.
    fn bind(&mut self, name: &str, part: Option<&str>) {
        let part = part.map(str::to_owned);
        let known = self
            .0
            .entry(name.to_owned())
            .or_insert_with(|| part.clone());
        if *known != part {
            *known = None;
        }
    }

    fn receiver(&self, of: &Expr) -> Receiver {
        let name = match of {
            Expr::Property(property, _) => Some(property.2.to_string()),
            Expr::Variable(variable, ..) => match self.0.get(variable.1.as_str()) {
                Some(part) => part.clone(),
                None => (variable.1 == RECORD).then(|| "record".to_owned()),
            },
            _ => None,
        };
        name.map_or(Receiver::Unknown, Receiver::Named)
    }
}

/// Returns the property that an expression ends with.
fn part(expression: &Expr) -> Option<&str> {
    match expression {
        Expr::Dot(chain, ..) => match &chain.rhs {
            Expr::Property(property, _) => Some(property.2.as_str()),
            _ => None,
        },
        _ => None,
    }
}

fn may_mean(receiver: &Receiver, name: &str, function: &HostFunction) -> bool {
    match (receiver, function.form) {
        (_, Form::Absent) => false,
        (Receiver::Named(object), form) if form != Form::Function => {
            function.object() == Some(object) || !has_method(object, name)
        }
        (Receiver::None, form) => form == Form::Function || !has_function(name),
        _ => true,
    }
}

/// Says whether the host gives an object of this name a method or property of this name.
fn has_method(object: &str, name: &str) -> bool {
    HOST_FUNCTIONS.iter().any(|function| {
        function.form != Form::Absent
            && function.object() == Some(object)
            && function.short_name() == name
    })
}

fn has_function(name: &str) -> bool {
    HOST_FUNCTIONS
        .iter()
        .any(|function| function.form == Form::Function && function.name == name)
}
