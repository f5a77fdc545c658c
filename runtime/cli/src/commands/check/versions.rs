//! From which versions a migration leads to which, as `check` shows it.

use remold::schema::Course;

use crate::paragraph::Put;
use crate::shapes::migration::{CheckedWayShape, CourseShape};
use crate::style::{FAINT, NOTE, paint};

/// Makes the shape.
pub(super) fn shape(course: &Course) -> CourseShape {
    let ways = course.routes().values().map(|route| CheckedWayShape {
        versions: route.versions().iter().map(ToString::to_string).collect(),
        steps: route
            .edges
            .iter()
            .map(|edge| edge.migration.clone())
            .collect(),
    });
    CourseShape {
        subject: course.subject().to_owned(),
        to: course.change().to.to_string(),
        ways: ways.collect(),
        missing: course.missing().iter().map(ToString::to_string).collect(),
    }
}

/// Writes it for people.
pub(super) fn text(shape: &CourseShape) -> String {
    let mut text = String::new();
    text.line(format_args!("\n   {} to {}", shape.subject, shape.to));
    for way in &shape.ways {
        let versions = way.versions.join(" → ");
        let steps = paint(FAINT, way.steps.join(", "));
        text.line(format_args!("   {versions:<32}  {steps}"));
    }
    for missing in &shape.missing {
        text.line(format_args!("   {}", paint(NOTE, missing)));
    }
    text
}
