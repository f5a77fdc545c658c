//! A script that was compiled once.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use remold_host_api::functions::HostFunction;
use remold_host_api::{
    Capabilities, Exports, Failure, Limits, STACK, SourceLocation, Transform, TransformSource,
};
use rhai::module_resolvers::StaticModuleResolver;
use rhai::{AST, Engine, Module, Position, Scope, Shared, Stmt};

use crate::check::{Calls, Names, withheld};
use crate::engine;
use crate::entry::Entry;
use crate::error::CompileError;
use crate::failure::{Files, failure, locate};
use crate::instance::Instance;
use crate::meter::MemoryProbe;
use crate::session::Session;
use crate::shortcuts::Shortcuts;

mod imports;

/// The name under which the manifest's parameters are known.
pub(crate) const PARAMETERS: &str = "params";

/// The functions that the host calls, if a script has them.
const ENTRIES: [&str; 4] = ["migrate", "revert", "lookups", "run"];

/// The text of a script and of the files that it may import.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Script {
    /// The script's file, as the manifest names it.
    pub file: String,
    /// Its text.
    pub source: String,
    /// The files of the migration's folder by their names; `import "money"` finds `money.rhai`.
    pub modules: BTreeMap<String, String>,
}

/// What a script gets.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// What one call may use.
    pub limits: Limits,
    /// What was granted.
    pub capabilities: Capabilities,
    /// How memory is measured, if it can be.
    pub memory_probe: Option<MemoryProbe>,
}

/// A compiled script, from which each worker makes its instance.
#[derive(Debug, Clone)]
pub struct RhaiSource(Arc<Compiled>);

/// What all instances of a script share.
#[derive(Debug)]
pub(crate) struct Compiled {
    pub(crate) file: String,
    pub(crate) ast: AST,
    /// The names of all functions that it and what it imports define.
    defined: BTreeSet<String>,
    /// What it and what it imports call.
    calls: Calls,
    pub(crate) files: Files,
    pub(crate) options: Options,
    exports: Exports,
    constants: Shared<Module>,
    imports: Vec<(String, Shared<Module>)>,
    resolver: StaticModuleResolver,
}

impl Compiled {
    /// Makes the engine of an instance, with the manifest's parameters.
    pub(crate) fn engine(&self, session: &Arc<Session>, parameters: rhai::Dynamic) -> Engine {
        let mut engine = engine::build(session);
        let mut module = Module::new();
        module.set_var(PARAMETERS, parameters);
        engine.register_global_module(module.into());
        engine.register_global_module(Arc::clone(&self.constants));
        for (alias, module) in &self.imports {
            engine.register_static_module(alias, Arc::clone(module));
        }
        engine.set_module_resolver(self.resolver.clone());
        engine
    }

    /// Finds the functions that the host calls, by their names. Each instance has its own: counts of who holds a field name
    /// would go from one worker's processor to the other's.
    pub(crate) fn entries(&self) -> BTreeMap<&'static str, Entry> {
        let shortcuts = Shortcuts::new(self.defined.iter().map(String::as_str));
        let entry = |name| Some((name, Entry::of(&self.ast, name, &shortcuts)?));
        ENTRIES.into_iter().filter_map(entry).collect()
    }

    /// Returns where the body of a function begins.
    pub(crate) fn place_of(&self, function: &str) -> Option<SourceLocation> {
        let mut functions = self.ast.iter_fn_def();
        let found = functions.find(|definition| definition.name == function)?;
        locate(&self.files, &self.file, found.body.start_position())
    }

    pub(crate) fn session(&self) -> Arc<Session> {
        let Options {
            limits,
            capabilities,
            memory_probe,
        } = &self.options;
        Arc::new(Session::new(limits, capabilities, *memory_probe))
    }
}

impl RhaiSource {
    /// Compiles a script: parses it and what it imports, looks for calls of functions that do not
    /// exist, and finds out what it exports.
    pub fn compile(script: &Script, options: Options) -> Result<Self, CompileError> {
        stacker::maybe_grow(STACK / 2, STACK, || compile(script, options))
            .map(|compiled| Self(Arc::new(compiled)))
    }
}

#[cfg(test)]
impl RhaiSource {
    /// Gives a test what its instances share.
    pub(crate) fn compiled(&self) -> Arc<Compiled> {
        Arc::clone(&self.0)
    }
}

impl TransformSource for RhaiSource {
    fn exports(&self) -> Exports {
        self.0.exports
    }

    fn calls(&self) -> Vec<&'static HostFunction> {
        let mut functions = self.0.calls.host_functions();
        // Compiling refuses what a transform of records must not call: a method of the same name is meant.
        functions.retain(|function| self.0.exports.run || !function.interface.is_of_programs());
        functions
    }

    fn instantiate(&self) -> Result<Box<dyn Transform>, Failure> {
        Ok(Box::new(Instance::new(Arc::clone(&self.0))))
    }
}

/// What is needed while a script and its imports are compiled.
struct Compiler {
    engine: Engine,
    session: Arc<Session>,
    names: Names,
    files: Files,
    calls: Calls,
    fuel: u64,
}

fn compile(script: &Script, options: Options) -> Result<Compiled, CompileError> {
    let session = Arc::new(Session::new(
        &options.limits,
        &options.capabilities,
        options.memory_probe,
    ));
    let mut files: Files = script
        .modules
        .iter()
        .map(|(name, text)| (name.clone(), text.as_str().into()))
        .collect();
    files.insert(script.file.clone(), script.source.as_str().into());
    let engine = engine::build(&session);
    let mut compiler = Compiler {
        names: Names::of(&engine),
        engine,
        session,
        files,
        calls: Calls::default(),
        fuel: options.limits.fuel_base,
    };
    let imported = imports::load(&mut compiler, script)?;
    let file = script.file.clone();
    let (ast, constants) = compiler.parse(&file, &script.source, &imported.aliases(&file))?;
    compiler.only_declarations(&file, &ast)?;
    let exports = compiler.exports(&file, &ast)?;
    compiler.names.check(
        &compiler.files,
        &file,
        &ast,
        &imported.functions(&file),
        &withheld(exports, &options.capabilities),
    )?;
    let mut module = Module::new();
    for (name, _, value) in constants.iter() {
        module.set_var(name, value);
    }
    let ast = ast.clone_functions_only();
    let own = ast.iter_fn_def().map(|definition| definition.name.as_str());
    Ok(Compiled {
        defined: own.chain(imported.names()).map(str::to_owned).collect(),
        ast,
        calls: compiler.calls,
        exports,
        constants: module.into(),
        imports: imported.modules(&file),
        resolver: imported.resolver(),
        files: compiler.files,
        options,
        file,
    })
}

impl Compiler {
    /// Parses one file; returns its tree and the constants of its top level.
    fn parse(
        &mut self,
        file: &str,
        text: &str,
        aliases: &[(String, Shared<Module>)],
    ) -> Result<(AST, Scope<'static>), CompileError> {
        for (alias, module) in aliases {
            self.engine
                .register_static_module(alias, Arc::clone(module));
        }
        // Constants are known by name to functions only if they are known to the parser.
        self.engine.set_strict_variables(false);
        let draft = self
            .engine
            .compile(text)
            .map_err(|error| self.syntax(file, &error));
        self.engine.set_strict_variables(true);
        let draft = draft?;
        let constants = self.constants(file, &draft)?;
        let mut known = constants.clone();
        known.push(PARAMETERS, ());
        let parsed = self.engine.compile_with_scope(&known, text);
        let mut ast = parsed.map_err(|error| self.syntax(file, &error))?;
        ast.set_source(file);
        self.calls.collect(&ast);
        Ok((ast, constants))
    }

    /// Evaluates the constants of the top level.
    fn constants(&self, file: &str, draft: &AST) -> Result<Scope<'static>, CompileError> {
        let is_constant = |statement: &&Stmt| matches!(statement, Stmt::Var(..));
        let statements: Vec<Stmt> = draft
            .statements()
            .iter()
            .filter(is_constant)
            .cloned()
            .collect();
        let mut scope = Scope::new();
        self.session.meter.begin(self.fuel);
        let mut functions = AST::new_from_module(Arc::clone(draft.shared_lib()));
        functions = AST::new(statements, Arc::clone(functions.shared_lib()));
        functions.set_source(file);
        self.engine
            .run_ast_with_scope(&mut scope, &functions)
            .map_err(|error| {
                let failure = failure(*error, &self.session.meter, &self.files, file);
                self.error(file, failure.location, failure.message, None)
            })?;
        Ok(scope)
    }

    /// Refuses statements of the top level, which would never run.
    fn only_declarations(&self, file: &str, ast: &AST) -> Result<(), CompileError> {
        let stray = ast.statements().iter().find(|statement| match statement {
            Stmt::Var(_, flags, _) => !flags.intersects(rhai::ASTFlags::CONSTANT),
            Stmt::Import(..) | Stmt::Noop(_) | Stmt::Export(..) => false,
            _ => true,
        });
        let Some(stray) = stray else { return Ok(()) };
        Err(self.error_at(
            file,
            stray.position(),
            "this would never run: only functions, constants and imports stand outside functions"
                .to_owned(),
            Some("put it into `fn migrate(rec)`, or write `const` for a value".to_owned()),
        ))
    }

    /// Finds the functions that the host calls.
    fn exports(&self, file: &str, ast: &AST) -> Result<Exports, CompileError> {
        let mut exports = Exports::default();
        for function in ast.iter_fn_def() {
            let (found, arity) = match function.name.as_str() {
                "migrate" => (&mut exports.migrate, 1),
                "revert" => (&mut exports.revert, 1),
                "lookups" => (&mut exports.lookups, 1),
                "run" => (&mut exports.run, 0),
                _ => continue,
            };
            let given = function.params.len();
            if given != arity {
                let parameters = if arity == 1 {
                    "one parameter, the record"
                } else {
                    "no parameter"
                };
                return Err(self.error_at(
                    file,
                    function.body.start_position(),
                    format!(
                        "`{}` takes {parameters}; it is written with {given}",
                        function.name
                    ),
                    None,
                ));
            }
            *found = true;
        }
        let beginning = Position::new(1, 1);
        if !exports.migrate && !exports.run {
            return Err(self.error_at(
                file,
                beginning,
                "the script has neither `fn migrate(rec)` nor `fn run()`".to_owned(),
                Some(
                    "`fn migrate(rec) { … }` transforms a record; `fn run() { … }` is a program"
                        .to_owned(),
                ),
            ));
        }
        if exports.migrate && exports.run {
            return Err(self.error_at(
                file,
                beginning,
                "the script has both `fn migrate(rec)` and `fn run()`: it is a record transform or a program".to_owned(),
                None,
            ));
        }
        Ok(exports)
    }

    fn syntax(&self, file: &str, error: &rhai::ParseError) -> CompileError {
        let hint = match error.err_type() {
            rhai::ParseErrorType::VariableUndefined(name) => self.names.variable_hint(name),
            _ => None,
        };
        self.error_at(file, error.position(), error.err_type().to_string(), hint)
    }

    fn error_at(
        &self,
        file: &str,
        position: Position,
        message: String,
        hint: Option<String>,
    ) -> CompileError {
        self.error(file, locate(&self.files, file, position), message, hint)
    }

    fn error(
        &self,
        file: &str,
        location: Option<remold_host_api::SourceLocation>,
        message: String,
        hint: Option<String>,
    ) -> CompileError {
        let first_line = || locate(&self.files, file, Position::new(1, 1));
        CompileError {
            message,
            location: location.or_else(first_line).unwrap_or_else(|| {
                remold_host_api::SourceLocation {
                    file: file.to_owned(),
                    line: 1,
                    column: 0,
                    source_line: String::new(),
                }
            }),
            hint,
        }
    }
}
