//! Mistakes that can be seen without running a script: calls of functions and uses of the record's
//! properties that do not exist, or that the script cannot have.

mod calls;
mod powers;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use rhai::{AST, ASTNode, Engine, Expr, FnCallExpr, Position, Stmt};

use crate::error::CompileError;
use crate::failure::{Files, locate};

pub(crate) use calls::Calls;
pub(crate) use powers::{Withheld, withheld};

/// What the language itself answers to, without a function being registered.
const KEYWORDS: [&str; 8] = [
    "call",
    "curry",
    "Fn",
    "is_def_fn",
    "is_def_var",
    "is_shared",
    "type_of",
    "print",
];

/// The prefix of a property's getter.
const GETTER: &str = "get$";

/// The functions and properties that a script can use.
#[derive(Debug)]
pub(crate) struct Names {
    functions: HashMap<String, BTreeSet<usize>>,
    record: BTreeSet<String>,
}

impl Names {
    /// Collects what an engine knows.
    pub(crate) fn of(engine: &Engine) -> Self {
        let listed = engine.collect_fn_metadata(
            None,
            |function| {
                let metadata = function.metadata;
                let of_record = metadata.params_info.first().is_some_and(|first| {
                    first.contains("record::Handle") || first.contains("Record")
                });
                Some((metadata.name.to_string(), metadata.num_params, of_record))
            },
            true,
        );
        let mut functions: HashMap<String, BTreeSet<usize>> = HashMap::new();
        let mut record = BTreeSet::new();
        for (name, parameters, of_record) in listed {
            if let Some(property) = name.strip_prefix(GETTER)
                && of_record
            {
                record.insert(property.to_owned());
            }
            functions.entry(name).or_default().insert(parameters);
        }
        Self { functions, record }
    }

    /// Guesses what an unknown variable was meant to be.
    pub(crate) fn variable_hint(&self, name: &str) -> Option<String> {
        if self.functions.contains_key(name) {
            return Some(format!("{name} is a function: write {name}(…)"));
        }
        None
    }

    /// Checks the calls in a script; `imported` are the functions of each alias, `withheld` is what it must not call.
    pub(crate) fn check(
        &self,
        files: &Files,
        file: &str,
        ast: &AST,
        imported: &BTreeMap<String, Vec<(String, usize)>>,
        withheld: &Withheld,
    ) -> Result<(), CompileError> {
        let mut script = Usage {
            names: self,
            defined: HashMap::new(),
            members: BTreeSet::new(),
            imported,
            withheld,
            problem: None,
        };
        for function in ast.iter_fn_def() {
            let arities = script.defined.entry(function.name.to_string()).or_default();
            arities.insert(function.params.len());
            if function.this_type.is_some() || !function.is_anonymous() {
                arities.insert(function.params.len() + 1);
            }
        }
        ast.walk(&mut |path| {
            script.collect_members(path);
            true
        });
        ast.walk(&mut |path| {
            script.look(path);
            script.problem.is_none()
        });
        match script.problem {
            None => Ok(()),
            Some((position, message, hint)) => Err(CompileError {
                message,
                hint,
                location: locate(files, file, position).unwrap_or_else(|| {
                    remold_host_api::SourceLocation {
                        file: file.to_owned(),
                        line: 1,
                        column: 0,
                        source_line: String::new(),
                    }
                }),
            }),
        }
    }
}

/// Finds the name that is nearest to a mistyped one, if one is near.
pub(crate) fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let near = known.filter(|other| other.chars().next().is_some_and(char::is_alphabetic));
    let scored = near.map(|other| (strsim::damerau_levenshtein(name, other), other));
    let (distance, best) = scored.min()?;
    (distance <= 1 + name.len() / 4).then_some(best)
}

struct Usage<'a> {
    names: &'a Names,
    /// The script's own functions, with the numbers of parameters that they take; one more where the
    /// function may be called as a method.
    defined: HashMap<String, BTreeSet<usize>>,
    /// Names of members that the script gives to maps, which may hold functions.
    members: BTreeSet<String>,
    imported: &'a BTreeMap<String, Vec<(String, usize)>>,
    withheld: &'a Withheld,
    problem: Option<(Position, String, Option<String>)>,
}

impl Usage<'_> {
    fn collect_members(&mut self, path: &[ASTNode<'_>]) {
        if let Some(ASTNode::Expr(Expr::Map(members, _))) = path.last() {
            self.members
                .extend(members.0.iter().map(|(name, _)| name.name.to_string()));
        }
    }

    fn look(&mut self, path: &[ASTNode<'_>]) {
        match path.last() {
            Some(
                ASTNode::Expr(Expr::FnCall(call, position))
                | ASTNode::Stmt(Stmt::FnCall(call, position)),
            ) => self.call(call, *position),
            Some(ASTNode::Expr(Expr::MethodCall(call, position))) => self.method(call, *position),
            Some(ASTNode::Expr(Expr::Dot(chain, _, _))) => {
                let first = match &chain.rhs {
                    Expr::Dot(rest, ..) | Expr::Index(rest, ..) => &rest.lhs,
                    other => other,
                };
                if let (Expr::Variable(variable, ..), Expr::Property(property, position)) =
                    (&chain.lhs, first)
                    && variable.1 == "rec"
                {
                    self.property(&property.2, *position);
                }
            }
            _ => (),
        }
    }

    fn property(&mut self, name: &str, position: Position) {
        if self.names.record.contains(name) {
            return;
        }
        let known = self.names.record.iter().map(String::as_str);
        let hint = nearest(name, known).map(|near| format!("did you mean `rec.{near}`?"));
        let hint =
            hint.or_else(|| Some("a field of a hash is read as rec.hash.get(\"…\")".to_owned()));
        self.problem = Some((position, format!("a record has no property `{name}`"), hint));
    }

    fn call(&mut self, call: &FnCallExpr, position: Position) {
        if call.is_operator_call() {
            return;
        }
        if call.is_qualified() {
            self.qualified(call, position);
        } else {
            self.known(&call.name, call.args.len(), position, false);
        }
    }

    fn method(&mut self, call: &FnCallExpr, position: Position) {
        if !self.members.contains(call.name.as_str()) {
            self.known(&call.name, call.args.len() + 1, position, true);
        }
    }

    fn qualified(&mut self, call: &FnCallExpr, position: Position) {
        let alias = call
            .namespace
            .path
            .first()
            .map_or("", |part| part.name.as_str());
        let Some(functions) = self.imported.get(alias) else {
            return;
        };
        if functions
            .iter()
            .any(|(name, arity)| *name == call.name && *arity == call.args.len())
        {
            return;
        }
        let near = nearest(&call.name, functions.iter().map(|(name, _)| name.as_str()));
        let hint = near.map(|near| format!("did you mean `{alias}::{near}`?"));
        let message = format!(
            "{alias} has no function `{}` with {} arguments",
            call.name,
            call.args.len()
        );
        self.problem = Some((position, message, hint));
    }

    fn known(&mut self, name: &str, arguments: usize, position: Position, is_method: bool) {
        if KEYWORDS.contains(&name) {
            return;
        }
        let arities: BTreeSet<usize> = [self.names.functions.get(name), self.defined.get(name)]
            .into_iter()
            .flatten()
            .flatten()
            .copied()
            .collect();
        if arities.contains(&arguments) {
            // Methods of a record's parts may have the same names.
            if !is_method
                && let Some((message, hint)) = self.withheld.get(name)
                && !self.defined.contains_key(name)
            {
                self.problem = Some((position, message.clone(), Some(hint.clone())));
            }
            return;
        }
        let own = usize::from(is_method);
        if arities.is_empty() {
            let known = self.names.functions.keys().chain(self.defined.keys());
            let known = known.map(String::as_str).filter(|name| !name.contains('$'));
            let hint = nearest(name, known).map(|near| format!("did you mean `{near}`?"));
            self.problem = Some((position, format!("there is no function `{name}`"), hint));
        } else {
            let given = arguments - own;
            let taken: Vec<String> = arities
                .iter()
                .filter_map(|arity| arity.checked_sub(own))
                .map(|arity| arity.to_string())
                .collect();
            let message = format!(
                "`{name}` is called with {given} arguments and takes {}",
                taken.join(" or ")
            );
            self.problem = Some((position, message, None));
        }
    }
}

/// What the engine calls a closure.
trait Anonymous {
    fn is_anonymous(&self) -> bool;
}

impl Anonymous for rhai::ScriptFuncDef {
    fn is_anonymous(&self) -> bool {
        self.name.starts_with("anon$")
    }
}
