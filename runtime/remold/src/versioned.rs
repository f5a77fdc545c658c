//! A migration between versions, put together of the registry's documents: its course, and the transform of each stage.

use std::collections::BTreeMap;
use std::sync::Arc;

use remold_host_api::{Grant, Pattern, Powers, TransformSource};
use remold_manifest::{Document, Path as Place, Problem, Select, TransformSpec};
use remold_schema::{Course, Governed, Step};

use crate::error::Error;
use crate::powers;
use crate::shelf::{PREFIX, Shelf, Shelved, Shop};
use crate::sources;
use crate::transform::{capabilities_of, compile};

mod narrow;
mod subject;

pub(crate) use narrow::{narrow, within};
use subject::{edges, no_course, versions};

/// A migration between versions, ready to be compiled.
pub(crate) struct Versioned {
    pub(crate) course: Arc<Course>,
    /// The registered migrations of the stages, in their order; empty for a migration with a transform of its own.
    pub(crate) steps: Vec<RegisteredStep>,
    /// What is kept of the registry's documents and files.
    kept: BTreeMap<String, Vec<u8>>,
}

/// A registered migration that is a stage.
pub(crate) struct RegisteredStep {
    pub(crate) document: Document,
    files: BTreeMap<String, Vec<u8>>,
}

impl Versioned {
    /// Reads what a manifest's `schema` names; `None` if it has none. What is left to its default of the selection is taken from
    /// the versions: in the document too.
    pub(crate) fn read(document: &mut Document, shop: Shop<'_>) -> Result<Option<Self>, Error> {
        let Some(change) = document.migration.spec.schema.clone() else {
            return Ok(None);
        };
        let mut shelf = Shelf::read(document, &change, shop)?;
        let (versions, schemas) = versions(document, &change, &shelf)?;
        let is_composed = matches!(document.migration.spec.transform, TransformSpec::Steps(_));
        let course = if is_composed {
            let edges = edges(&change, &shelf, &versions);
            Course::over(&edges, &change, versions)
        } else {
            let name = &document.migration.metadata.name;
            Course::alone(name, &change, versions)
        };
        let course = Arc::new(course.map_err(|why| no_course(document, &change, &shelf, &why))?);
        narrow(document, &course);
        let mut kept = schemas;
        let mut steps = Vec::new();
        if is_composed {
            for stage in course.stages() {
                let step = RegisteredStep::read(document, &mut shelf, &stage.migration, shop)?;
                kept.extend(step.kept);
                steps.push(step.step);
            }
        }
        Ok(Some(Self {
            course,
            steps,
            kept,
        }))
    }

    /// Returns what is kept of the registry's documents and files, by name.
    pub(crate) fn kept(&self) -> &BTreeMap<String, Vec<u8>> {
        &self.kept
    }

    /// Compiles the transform: of the registered migrations each with its own limits, and with what it asks for and is granted.
    /// `own` is the manifest's own transform, where it has one.
    pub(crate) fn transform(
        &self,
        document: &Document,
        own: Option<Arc<dyn TransformSource>>,
        grants: &[Grant],
    ) -> Result<Arc<dyn TransformSource>, Error> {
        if let Some(own) = own {
            refuse_program(document, own.as_ref())?;
            return Ok(self.over(document, &own));
        }
        let steps = self.compiled(document, grants)?;
        Ok(self.governed(document, steps))
    }

    /// Holds the records of a manifest's own transform against the versions.
    pub(crate) fn over(
        &self,
        document: &Document,
        own: &Arc<dyn TransformSource>,
    ) -> Arc<dyn TransformSource> {
        let step = |_| Step {
            transform: Arc::clone(own),
            parameters: None,
        };
        let steps = self.course.stages().iter().map(step).collect();
        self.governed(document, steps)
    }

    fn governed(&self, document: &Document, steps: Vec<Step>) -> Arc<dyn TransformSource> {
        let overwrite = document.migration.spec.policy.overwrite;
        Arc::new(Governed::new(Arc::clone(&self.course), steps, overwrite))
    }

    fn compiled(&self, document: &Document, grants: &[Grant]) -> Result<Vec<Step>, Error> {
        let mut steps = Vec::with_capacity(self.steps.len());
        for step in &self.steps {
            let spec = &step.document.migration.spec;
            let capabilities = capabilities_of(spec, step.asked(&self.course), grants);
            powers::refuse(&step.document, &capabilities)?;
            let transform = compile(spec, &step.files, capabilities)?;
            let exports = transform.exports();
            let name = &step.document.migration.metadata.name;
            let why = if exports.run {
                Some("is a program")
            } else if exports.lookups && self.steps.len() > 1 {
                Some("looks up other keys, which have to be read for the record as it was found")
            } else {
                None
            };
            if let Some(why) = why {
                let problem = Problem::Contradiction {
                    message: format!("{name} {why}: it cannot be composed with others"),
                    hint: Some(format!("run {name} by itself, from a manifest of its own")),
                };
                let place = Place::of(&["spec", "transform"]);
                return Err(document.error_at(&place, problem).into());
            }
            steps.push(Step {
                transform,
                parameters: Some(serde_json::Value::Object(spec.parameters.clone())),
            });
        }
        Ok(steps)
    }

    /// Returns what the migration asks for: the keys of its versions, and what each step asks for.
    pub(crate) fn asked(&self, document: &Document) -> Powers {
        let spec = &document.migration.spec;
        let mut asked = asked(document, &self.course);
        let own = spec.capabilities.requested(&nothing());
        asked.read.extend(own.read);
        asked.scan.extend(own.scan);
        asked.backup |= own.backup;
        for step in &self.steps {
            let more = step.asked(&self.course);
            asked.read.extend(more.read);
            asked.write.extend(more.write);
            asked.scan.extend(more.scan);
            asked.backup |= more.backup;
        }
        asked
    }
}

impl RegisteredStep {
    fn asked(&self, course: &Course) -> Powers {
        let mut asked = asked(&self.document, course);
        let own = self
            .document
            .migration
            .spec
            .capabilities
            .requested(&nothing());
        asked.read.extend(own.read);
        asked.scan.extend(own.scan);
        asked.backup |= own.backup;
        asked
    }

    /// Takes a migration off the shelf and reads its files.
    fn read(
        document: &Document,
        shelf: &mut Shelf,
        name: &str,
        shop: Shop<'_>,
    ) -> Result<ReadStep, Error> {
        let place = shelf
            .migrations
            .iter()
            .position(|one| one.document.migration.metadata.name == name);
        let place = place.expect("edges are made of what is on the shelf");
        let mut shelved = shelf.migrations.swap_remove(place);
        let files = match shop {
            Shop::Folder(_) => {
                let folder = shelved.folder.clone();
                sources::of_transform(&mut shelved.document, &folder)?.0
            }
            Shop::Given(all) => given(document, &mut shelved, all)?,
            Shop::Kept(all) => below(all, &format!("{PREFIX}{}", shelved.below())),
        };
        let mut kept = BTreeMap::from([shelved.kept()]);
        for (file, content) in &files {
            let name = format!("{PREFIX}{}{file}", shelved.below());
            kept.insert(name, content.clone());
        }
        let step = Self {
            document: shelved.document,
            files,
        };
        Ok(ReadStep { step, kept })
    }
}

/// A step with what is kept of it.
struct ReadStep {
    step: RegisteredStep,
    kept: BTreeMap<String, Vec<u8>>,
}

/// Reads the files of a migration that a caller gave.
fn given(
    document: &Document,
    shelved: &mut Shelved<Document>,
    all: &BTreeMap<String, Vec<u8>>,
) -> Result<BTreeMap<String, Vec<u8>>, Error> {
    if let TransformSpec::Uses(_) = shelved.document.migration.spec.transform {
        let nowhere = std::path::Path::new("");
        return Ok(sources::of_transform(&mut shelved.document, nowhere)?.0);
    }
    let files = below(all, &shelved.below());
    let wanted = sources::main_file(&shelved.document.migration.spec.transform);
    if let Some(wanted) = wanted
        && !files.contains_key(&wanted)
    {
        let problem = Problem::Registry {
            message: format!(
                "the registry has {} without its file {wanted}",
                shelved.name
            ),
            hint: Some("register the migration again".to_owned()),
        };
        let place = Place::of(&["spec", "transform"]);
        return Err(document.error_at(&place, problem).into());
    }
    Ok(files)
}

fn below(all: &BTreeMap<String, Vec<u8>>, prefix: &str) -> BTreeMap<String, Vec<u8>> {
    let inside = |(name, content): (&String, &Vec<u8>)| {
        Some((name.strip_prefix(prefix)?.to_owned(), content.clone()))
    };
    all.iter().filter_map(inside).collect()
}

fn refuse_program(document: &Document, transform: &dyn TransformSource) -> Result<(), Error> {
    if !transform.exports().run {
        return Ok(());
    }
    let problem = Problem::Contradiction {
        message:
            "the transform is a program, and what a program writes is not held against schemas"
                .to_owned(),
        hint: Some("leave `schema` out, or make it a transform of records: `migrate`".to_owned()),
    };
    let place = Place::of(&["spec", "schema"]);
    Err(document.error_at(&place, problem).into())
}

/// Returns the keys that a migration may write in any case, and those that it asks for.
fn asked(document: &Document, course: &Course) -> Powers {
    let spec = &document.migration.spec;
    let mut write: Vec<Pattern> = within(document, course);
    if write.is_empty() {
        write = spec.select.patterns();
    }
    write.extend(spec.capabilities.requested(&nothing()).write);
    Powers {
        write,
        ..Powers::default()
    }
}

/// A selection of no key.
fn nothing() -> Select {
    Select {
        keys: Some(Vec::new()),
        ..Select::default()
    }
}
