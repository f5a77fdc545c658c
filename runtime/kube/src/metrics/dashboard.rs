//! The dashboard for Grafana: what a run does, what the controller does, and how the backups are.

mod panels;

use serde_json::{Value, json};

pub use panels::{Look, Panel, Row, rows};

/// The version of Grafana's own format that is written.
const SCHEMA: u32 = 42;
/// The width of a dashboard, in Grafana's units.
const WIDTH: u32 = 24;
/// What names the source of the data, chosen by whoever looks.
const SOURCE: &str = "${source}";

/// Writes the dashboard as JSON.
pub(super) fn dashboard() -> String {
    let mut panels = Vec::new();
    let (mut id, mut y) = (0, 0);
    for row in rows() {
        id += 1;
        panels.push(json!({
            "id": id, "type": "row", "title": row.title, "collapsed": false, "panels": [],
            "gridPos": { "x": 0, "y": y, "w": WIDTH, "h": 1 },
        }));
        y += 1;
        let mut x = 0;
        for panel in &row.panels {
            if x + panel.width > WIDTH {
                x = 0;
                y += row.height;
            }
            id += 1;
            panels.push(json(
                panel,
                id,
                &json!({ "x": x, "y": y, "w": panel.width, "h": row.height }),
            ));
            x += panel.width;
        }
        y += row.height;
    }
    let document = json!({
        "uid": "remold",
        "title": "Remold",
        "description": "Migrations of Redis data: runs, controller, backups.",
        "tags": ["remold", "redis"],
        "schemaVersion": SCHEMA,
        "version": 1,
        "editable": true,
        "graphTooltip": 1,
        "refresh": "30s",
        "time": { "from": "now-3h", "to": "now" },
        "timezone": "",
        "links": [],
        "annotations": { "list": [] },
        "templating": { "list": [
            { "name": "source", "label": "Data source", "type": "datasource", "query": "prometheus", "current": {}, "hide": 0 },
            choice("namespace", "Namespace", "label_values(remold_migrations, namespace)"),
            choice("migration", "Migration", "label_values(remold_run_active{namespace=~\"$namespace\"}, migration)"),
        ] },
        "panels": panels,
    });
    let mut text = serde_json::to_string_pretty(&document).unwrap_or_default();
    text.push('\n');
    text
}

fn choice(name: &str, label: &str, query: &str) -> Value {
    json!({
        "name": name, "label": label, "type": "query", "hide": 0, "refresh": 2, "sort": 1,
        "datasource": source(), "definition": query, "query": { "query": query, "refId": name },
        "multi": true, "includeAll": true, "allValue": ".*", "current": {},
    })
}

fn source() -> Value {
    json!({ "type": "prometheus", "uid": SOURCE })
}

fn json(panel: &Panel, id: u32, place: &Value) -> Value {
    let is_series = panel.look == Look::Series;
    let letters = ('A'..='Z').map(String::from);
    let targets: Vec<Value> = panel
        .queries
        .iter()
        .zip(letters)
        .map(|((expression, legend), letter)| {
            json!({
                "refId": letter, "datasource": source(), "expr": expression, "legendFormat": legend,
                "range": is_series, "instant": !is_series, "editorMode": "code",
            })
        })
        .collect();
    let mut defaults = json!({ "unit": panel.unit, "min": 0 });
    if let Some(at) = panel.bad_from {
        defaults["thresholds"] = json!({ "mode": "absolute", "steps": [
            { "color": "green", "value": null }, { "color": "red", "value": at },
        ] });
    }
    let options = match panel.look {
        Look::Series => json!({
            "legend": { "displayMode": "list", "placement": "bottom", "showLegend": true },
            "tooltip": { "mode": "multi", "sort": "desc" },
        }),
        Look::Number => json!({
            "colorMode": if panel.bad_from.is_some() { "background" } else { "value" }, "graphMode": "none", "textMode": "auto",
            "reduceOptions": { "calcs": ["lastNotNull"], "fields": "", "values": false },
        }),
        Look::Bars => json!({
            "displayMode": "basic", "orientation": "horizontal",
            "reduceOptions": { "calcs": ["lastNotNull"], "fields": "", "values": false },
        }),
    };
    json!({
        "id": id, "type": panel.look.name(), "title": panel.title, "description": panel.description, "gridPos": place,
        "datasource": source(), "targets": targets, "options": options,
        "fieldConfig": { "defaults": defaults, "overrides": [] },
    })
}
