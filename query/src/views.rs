//! What can be asked about: the tables of a lake as far as its runs are finished, and what is usually wanted of them.

use std::fmt::Write;
use std::path::Path;
use std::sync::Arc;

use datafusion::arrow::datatypes::DataType;
use datafusion::common::ScalarValue;
use datafusion::datasource::file_format::parquet::ParquetFormat;
use datafusion::datasource::listing::{
    ListingOptions, ListingTable, ListingTableConfig, ListingTableUrl,
};
use datafusion::datasource::{ViewTable, provider_as_source};
use datafusion::error::{DataFusionError, Result};
use datafusion::logical_expr::{Expr, LogicalPlan, LogicalPlanBuilder, col, lit};
use datafusion::prelude::SessionContext;
use dt_fleet::{FormerRun, former_runs};
use dt_lake::{Lake, Manifest, Table};
use url::Url;

const RUN: &str = "run";
const APPLIANCE: &str = "appliance";

/// The views of a lake, as of the manifests that it has.
#[derive(Debug, Clone)]
pub struct Views {
    location: Url,
    /// The oldest first.
    manifests: Vec<Manifest>,
}

impl Views {
    /// Every view, with what it is for.
    pub const ALL: [(&'static str, &'static str); 12] = [
        ("devices", "every device of every run, as it was assessed"),
        ("findings", "what was found about devices"),
        ("domains", "which domains devices use, and how much"),
        ("series", "hourly counts of devices"),
        ("errors", "what could not be looked at, and why"),
        ("groups", "devices that do the same work"),
        ("known", "since which run a domain is known"),
        ("runs", "the runs, a row an appliance"),
        ("latest", "devices of the newest run"),
        ("previous", "devices as the run before had them"),
        ("change", "latest beside previous"),
        ("prevalence", "how many devices of the newest run list a domain"),
    ];

    /// Of a lake that is there.
    ///
    /// # Errors
    ///
    /// If a manifest cannot be read, or the lake is at a path that has no address.
    pub fn of(lake: &Lake) -> std::result::Result<Self, crate::Failure> {
        let location = location(lake.path()).ok_or_else(|| {
            crate::Failure::new("the lake's path cannot be told to the engine")
                .at(lake.path().display().to_string())
        })?;
        Ok(Self { location, manifests: lake.manifests()? })
    }

    /// Makes them known to a session.
    ///
    /// # Errors
    ///
    /// If the engine refuses one, which is a fault of this program.
    pub async fn register(&self, context: &SessionContext) -> Result<()> {
        for table in [
            Table::Devices,
            Table::Findings,
            Table::Domains,
            Table::Series,
            Table::Errors,
            Table::Groups,
            Table::Known,
        ] {
            let plan = self.table(table)?;
            context.register_table(table.name(), Arc::new(ViewTable::new(plan, None)))?;
        }
        context.register_table("runs", Arc::new(ViewTable::new(self.runs()?, None)))?;
        for (name, sql) in self.derived() {
            let plan = context.state().create_logical_plan(&sql).await?;
            context.register_table(name, Arc::new(ViewTable::new(plan, Some(sql))))?;
        }
        Ok(())
    }

    /// The rows of a table that belong to finished runs. Its schema is given, so that no file is opened to learn it.
    fn table(&self, table: Table) -> Result<LogicalPlan> {
        let url = self.location.join(&format!("{}/", table.name()));
        let url = url.map_err(|error| DataFusionError::External(Box::new(error)))?;
        let partitions = match table {
            Table::Known => vec![],
            _ => vec![(RUN.to_owned(), DataType::Utf8), (APPLIANCE.to_owned(), DataType::Utf8)],
        };
        let options = ListingOptions::new(Arc::new(ParquetFormat::default()))
            .with_file_extension(".parquet")
            .with_table_partition_cols(partitions.clone());
        let config = ListingTableConfig::new(ListingTableUrl::try_new(url, None)?)
            .with_listing_options(options)
            .with_schema(table.schema());
        let provider = Arc::new(ListingTable::try_new(config)?);
        let plan = LogicalPlanBuilder::scan(table.name(), provider_as_source(provider), None)?;
        if partitions.is_empty() {
            return plan.build();
        }
        // Where a row is from comes first.
        let schema = table.schema();
        let columns = schema.fields().iter().map(|field| field.name().as_str());
        let columns = [RUN, APPLIANCE].into_iter().chain(columns);
        let columns: Vec<Expr> = columns.map(|name| col(format!("\"{name}\""))).collect();
        plan.filter(is_one_of(RUN, self.manifests.iter().map(|it| it.run.as_str())))?
            .project(columns)?
            .build()
    }

    /// A row an appliance of each run, from the manifests.
    fn runs(&self) -> Result<LogicalPlan> {
        let newest = self.manifests.last().map(|manifest| manifest.run.as_str());
        let mut rows: Vec<Vec<Expr>> = Vec::new();
        for manifest in &self.manifests {
            for appliance in &manifest.appliances {
                let count = |count: u64| lit(ScalarValue::UInt64(Some(count)));
                rows.push(vec![
                    lit(manifest.run.clone()),
                    lit(appliance.name.clone()),
                    lit(time(Some(manifest.began))),
                    lit(time(Some(manifest.ended))),
                    lit(manifest.complete),
                    lit(newest == Some(manifest.run.as_str())),
                    lit(ScalarValue::Utf8(manifest.shard.clone())),
                    count(appliance.devices_listed),
                    count(appliance.swept),
                    count(appliance.deep),
                    count(appliance.deep_cut),
                    count(appliance.failed),
                    count(appliance.requests),
                    count(appliance.refused),
                    lit(appliance.seconds),
                    lit(ScalarValue::Utf8(appliance.given_up.clone())),
                ]);
            }
        }
        let is_empty = rows.is_empty();
        if is_empty {
            let (text, count) = (ScalarValue::Utf8(None), ScalarValue::UInt64(None));
            let mut row =
                vec![lit(text.clone()), lit(text.clone()), lit(time(None)), lit(time(None))];
            row.extend([lit(ScalarValue::Boolean(None)), lit(ScalarValue::Boolean(None))]);
            row.push(lit(text.clone()));
            row.extend((0..7).map(|_| lit(count.clone())));
            row.extend([lit(ScalarValue::Float64(None)), lit(text)]);
            rows.push(row);
        }
        let names = [
            RUN, APPLIANCE, "began", "ended", "complete", "newest", "shard", "listed", "swept",
            "deep", "deep_cut", "failed", "requests", "refused", "seconds", "given_up",
        ];
        let columns = names.iter().enumerate();
        let columns = columns.map(|(at, name)| col(format!("column{}", at + 1)).alias(*name));
        let plan = LogicalPlanBuilder::values(rows)?.project(columns)?;
        if is_empty { plan.filter(lit(false))?.build() } else { plan.build() }
    }

    /// Views that are queries over the others, each after those that it needs.
    fn derived(&self) -> Vec<(&'static str, String)> {
        let mut newest_first = self.manifests.iter().rev();
        let newest = newest_first.next();
        let appliances = newest.into_iter().flat_map(|manifest| &manifest.appliances);
        let before = former_runs(newest_first, appliances.map(|it| it.name.as_str()));
        let latest = match newest {
            Some(manifest) => format!("SELECT * FROM devices WHERE run = {}", text(&manifest.run)),
            None => "SELECT * FROM devices WHERE false".to_owned(),
        };
        vec![
            ("latest", latest),
            ("previous", previous(&before)),
            ("change", change()),
            ("prevalence", prevalence(newest)),
        ]
    }
}

/// The devices as they were before: of a run of all of them, or each as the newest of several partial runs has it, back to
/// one of all of them.
fn previous(before: &[FormerRun<&Manifest>]) -> String {
    let runs: Vec<String> = before.iter().map(|it| text(&it.manifest.run)).collect();
    match runs.as_slice() {
        [] => return "SELECT * FROM devices WHERE false".to_owned(),
        [run] => return format!("SELECT * FROM devices WHERE run = {run}"),
        _ => {}
    }
    let mut columns = format!("{RUN}, {APPLIANCE}");
    for field in Table::Devices.schema().fields() {
        // Writing to a String cannot fail.
        let _ = write!(columns, ", \"{}\"", field.name());
    }
    let mut condition = format!("run IN ({})", runs.join(", "));
    for (run, former) in runs.iter().zip(before) {
        // Of these a newer run has all devices.
        for appliance in former.settled() {
            let appliance = text(appliance);
            let _ = write!(condition, " AND NOT (run = {run} AND appliance = {appliance})");
        }
    }
    format!(
        "SELECT {columns} FROM (SELECT *, row_number() OVER \
         (PARTITION BY appliance, did ORDER BY run DESC) AS newest_first \
         FROM devices WHERE {condition}) WHERE newest_first = 1"
    )
}

/// What the newest run says beside what was said before: what it does not have was not looked at, and may be as it
/// was. `dt fleet` compares scores instead.
fn change() -> String {
    "SELECT coalesce(l.appliance, p.appliance) AS appliance, coalesce(l.did, p.did) AS did, \
         coalesce(l.hostname, p.hostname) AS hostname, \
         CASE WHEN p.did IS NULL THEN 'new' WHEN l.did IS NULL THEN 'not swept' \
         WHEN l.level <> p.level OR l.top_rule IS DISTINCT FROM p.top_rule THEN 'changed' \
         ELSE 'same' END AS state, \
         l.level AS level, p.level AS level_before, \
         l.rank_score AS rank_score, p.rank_score AS rank_score_before, \
         round((l.rank_score - p.rank_score) * 100) AS points, \
         l.findings_new AS findings_new, \
         l.top_rule AS top_rule, l.top_reason AS top_reason, l.top_destination AS top_destination, \
         l.top_since AS top_since \
         FROM latest l FULL OUTER JOIN previous p \
         ON l.appliance = p.appliance AND l.did = p.did"
        .to_owned()
}

/// Lists are cut by the appliance, so that each number of devices is the least that it can be.
fn prevalence(newest: Option<&Manifest>) -> String {
    let of_newest =
        newest.map_or_else(|| "false".to_owned(), |it| format!("run = {}", text(&it.run)));
    format!(
        "SELECT d.domain AS domain, d.registrable AS registrable, d.devices AS devices, \
         f.fleet AS fleet, d.devices / CAST(f.fleet AS double) AS share, k.first_run AS first_run \
         FROM (SELECT domain, min(registrable) AS registrable, count(*) AS devices FROM domains \
         WHERE {of_newest} GROUP BY domain) d \
         CROSS JOIN (SELECT count(*) AS fleet FROM latest) f \
         LEFT JOIN (SELECT domain, min(first_run) AS first_run FROM known GROUP BY domain) k \
         ON d.domain = k.domain"
    )
}

fn is_one_of<'a>(column: &str, values: impl Iterator<Item = &'a str>) -> Expr {
    let values: Vec<Expr> = values.map(lit).collect();
    if values.is_empty() { lit(false) } else { col(column).in_list(values, false) }
}

fn time(time: Option<jiff::Timestamp>) -> ScalarValue {
    ScalarValue::TimestampMillisecond(time.map(jiff::Timestamp::as_millisecond), Some("UTC".into()))
}

/// A literal of SQL.
fn text(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// The address of a directory.
fn location(path: &Path) -> Option<Url> {
    let path = std::path::absolute(path).ok()?;
    Url::from_directory_path(path).ok()
}
