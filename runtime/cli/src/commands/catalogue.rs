//! `remold catalogue`: the ready transforms.

use remold::Ready;

use super::Answer;
use crate::arguments::CatalogueCommand;
use crate::exit::Exit;
use crate::paragraph::{Put, wrap};
use crate::shapes::catalogue::{CatalogueShape, ParameterShape, ReadyShape, TitleShape};
use crate::style::{FAINT, NAME, paint};

/// Lists the transforms, or shows one.
pub(super) fn catalogue(command: &CatalogueCommand) -> Answer {
    let CatalogueCommand::Show(arguments) = command else {
        return list();
    };
    let ready = remold::catalogue().find(&arguments.name);
    let ready = ready.expect("the command line takes no other names");
    let text = if arguments.source {
        ready.source().to_owned()
    } else if arguments.schema {
        format!("{:#}\n", ready.schema())
    } else {
        ready.help()
    };
    Answer::new(Exit::Success, text, &shape(ready))
}

fn list() -> Answer {
    let mut text = String::new();
    let mut transforms = Vec::new();
    for ready in remold::catalogue() {
        let name = paint(NAME, format!("{:<24}", ready.name()));
        text.line(format_args!("{name}{}", wrap(ready.title(), 24)));
        transforms.push(TitleShape {
            name: ready.name().to_owned(),
            title: ready.title().to_owned(),
        });
    }
    let more =
        "`remold catalogue show NAME` says more; `remold new FOLDER --uses NAME` begins with one";
    text.line(format_args!("\n{}", paint(FAINT, more)));
    Answer::new(Exit::Success, text, &CatalogueShape { transforms })
}

fn shape(ready: &Ready) -> ReadyShape {
    let parameters = ready.parameter_list().into_iter();
    ReadyShape {
        name: ready.name().to_owned(),
        title: ready.title().to_owned(),
        parameters: parameters
            .map(|parameter| ParameterShape {
                name: parameter.name,
                takes: parameter.takes,
                default: parameter.default,
                required: parameter.required,
                meaning: parameter.meaning,
            })
            .collect(),
        schema: ready.schema().clone(),
        readme: ready.help(),
        manifest: ready.manifest().to_owned(),
        source: ready.source().to_owned(),
    }
}
