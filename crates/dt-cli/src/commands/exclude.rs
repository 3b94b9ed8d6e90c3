//! `dt exclude`: adds an entry that excludes findings.

use std::ops::ControlFlow;
use std::path::PathBuf;

use dt_analysis::device_report;
use dt_analysis::exclusions::{Asn, DomainPattern, Exclusion, ExclusionTerms, Limit, WeekHours};
use dt_analysis::finding::{Direction, FindingIdPrefix, Origin, Rule};
use dt_model::{DeviceName, Subnet};
use dt_report::clean;
use dt_report::contract::ReportOptions;
use dt_report::schema::Object;
use dt_store::{
    ListedEntry, ReadOptions, SavedAnswers, SavedResponse, Unlabelled, append_exclusion,
    read_exclusions,
};
use dt_sweep::{NamedTarget, SweepError};
use dt_transport::Recording;

use super::{Context, Run};
use crate::asking::{Client, Connection, Gathering, Inputs, QueryOptions, Session, ask, one_place};
use crate::choice::named;
use crate::config::exclusions_file;
use crate::failure::{Failure, Result};
use crate::interrupt::Interrupt;
use crate::options::{
    ApplianceOptions, InputOptions, OutputOptions, ReportQueryOptions, VerbosityOptions,
    ZoneOptions,
};
use crate::ui::print_bytes;

/// Arguments of `dt exclude`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  dt exclude --device nvr-01 --rule dt-download --reason cameras
  dt --demo exclude --device 12345 --finding 2ce2b4 --reason backup
  dt exclude --domain '*.sync.example' --reason agreed --until 2027-03-01")]
pub(crate) struct Args {
    /// Findings about this device, by id, host name, IP, MAC or label, * stands for anything
    #[arg(long, value_name = "DEVICE")]
    device: Option<String>,
    /// Findings about devices with this tag, * stands for anything
    #[arg(long, value_name = "NAME")]
    tag: Option<String>,
    /// Findings about devices of this type, * stands for anything
    #[arg(long = "type", value_name = "NAME")]
    kind: Option<String>,
    /// Findings about devices in this subnet
    #[arg(long, value_name = "SUBNET", allow_negative_numbers = true)]
    subnet: Option<Subnet>,
    /// What this rule finds, such as dt-download
    #[arg(long, value_name = "ID", value_parser = named(Rule::ALL, Rule::id), hide_possible_values = true)]
    rule: Option<Rule>,
    /// What any rule finds about these devices
    #[arg(long)]
    all_rules: bool,
    /// What is about this domain alone; *. stands for all below one
    #[arg(long, value_name = "DOMAIN")]
    domain: Option<DomainPattern>,
    /// What is about this network alone, such as AS64511
    #[arg(long, value_name = "ASN")]
    asn: Option<Asn>,
    /// What is about this port
    #[arg(long, value_name = "PORT", value_parser = clap::value_parser!(u16).range(1..))]
    port: Option<u16>,
    /// What is about this device as the other end
    #[arg(long, value_name = "DEVICE")]
    peer: Option<String>,
    /// What goes this way: outbound or internal
    #[arg(long, value_name = "WAY")]
    direction: Option<Direction>,
    /// What happens in these hours of the week alone, such as "Mon-Fri 22:00-06:00"; repeatable
    #[arg(long, value_name = "HOURS")]
    hours: Vec<WeekHours>,
    /// Time zone of --hours, and of a day in --until [default: UTC]
    #[arg(long, value_name = "ZONE")]
    timezone: Option<String>,
    /// What is up to ten times as much, such as "1200000000 bytes"
    #[arg(long, value_name = "AMOUNT")]
    limit: Option<Limit>,
    /// What this finding is: fills rule, domain, port and limit. Six digits of its id are enough
    #[arg(long, value_name = "ID")]
    finding: Option<FindingIdPrefix>,
    /// Why
    #[arg(long, value_name = "TEXT")]
    reason: String,
    /// Who says so [default: the account that runs dt]
    #[arg(long, value_name = "NAME")]
    who: Option<String>,
    /// When it ends: a time, a day, at whose beginning it does, or in how long: 30d [default: 90d]
    #[arg(long, value_name = "TIME")]
    until: Option<String>,
    /// Add it to this file, instead of exclusions.toml beside the configuration
    #[arg(long, value_name = "FILE")]
    exclusions: Option<PathBuf>,
    #[command(flatten)]
    report: ReportQueryOptions,
    #[command(flatten)]
    input: InputOptions,
    #[command(flatten)]
    appliance: ApplianceOptions,
    #[command(flatten)]
    verbosity: VerbosityOptions,
}

/// An entry that is to be added.
struct Addition {
    terms: ExclusionTerms,
    /// The finding that it is about.
    finding: Option<FindingIdPrefix>,
    file: PathBuf,
    query: QueryOptions,
    session: Session,
}

impl Args {
    pub(super) fn resolve(self, context: &Context<'_>) -> Result<Run> {
        one_place(&self.appliance, Some(&self.input))?;
        let options = OutputOptions {
            zone: ZoneOptions { timezone: self.timezone.clone() },
            verbosity: self.verbosity,
            ..OutputOptions::default()
        };
        let session = Session::new(Object::Report, &options, context)?;
        // Containers and services have no account by name.
        let machine = || format!("somebody on {}", gethostname::gethostname().to_string_lossy());
        let who = self.who.or_else(|| context.account()).unwrap_or_else(machine);
        let zone = &session.output.time_zone;
        let by_default = || ExclusionTerms::default_end(context.now, zone);
        let as_typed = |text: &str| ExclusionTerms::end(text, context.now, zone);
        let name = |name: Option<String>| name.as_deref().map(str::parse::<DeviceName>).transpose();
        let terms = ExclusionTerms {
            device: name(self.device)?,
            tag: self.tag,
            kind: self.kind,
            subnet: self.subnet,
            rule: self.rule,
            all_rules: self.all_rules,
            domain: self.domain,
            asn: self.asn,
            port: self.port,
            peer: name(self.peer)?,
            direction: self.direction,
            hours: self.hours,
            timezone: self.timezone,
            limit: self.limit,
            reason: self.reason,
            who,
            until: self.until.as_deref().map_or_else(by_default, as_typed),
            ..ExclusionTerms::default()
        };
        let is_one = terms.device.as_ref().is_some_and(|name| !name.is_pattern());
        let is_saved = !self.input.input.is_empty();
        let has_to_ask = self.finding.is_some() || is_one && self.appliance.names_one();
        let file = match self.exclusions {
            Some(file) => file,
            None => exclusions_file(context.environment)?,
        };
        let query = QueryOptions::of_report(&self.report);
        let mut addition = Addition { terms, finding: self.finding, file, query, session };
        if is_saved {
            let saved = self.input.resolve()?;
            return Ok(Box::new(move || addition.add(addition.of_saved(&saved)?)));
        }
        let connection = || Connection::resolve(self.appliance, context.environment);
        // Where no appliance is configured, the entry goes by the name.
        let connection =
            if has_to_ask { Some(connection()?) } else { connection().ok().filter(|_| is_one) };
        let Some(connection) = connection else {
            return Ok(Box::new(move || addition.add_as_typed()));
        };
        addition.session = addition.session.with(&connection);
        Ok(Box::new(move || {
            ask(&connection, addition.session.output.verbosity, |client, interrupt| {
                addition.add(addition.of_appliance(client, interrupt)?)
            })
        }))
    }
}

impl Addition {
    /// Adds the entry as it was typed.
    fn add_as_typed(&self) -> Result<u8> {
        if self.terms.device.as_ref().is_some_and(|name| !name.is_pattern()) {
            self.session.output.verbosity.warn(
                "no appliance was asked: the entry goes by the name alone, which a host gives itself",
            );
        }
        self.add(self.terms.clone())
    }

    /// Adds the entry, and prints where it stands and what it says.
    fn add(&self, terms: ExclusionTerms) -> Result<u8> {
        let entry = Exclusion::new(terms)?;
        if entry.expires() <= self.session.now {
            return Err(Failure::usage(format!("--until {} is over", entry.terms().until)));
        }
        self.refuse_twice(&entry)?;
        let line = append_exclusion(&self.file, &entry)?;
        let (place, until) = (self.file.display(), &entry.terms().until);
        let said = format!("{place}, line {line}: {entry}; until {until}");
        print_bytes(format!("{}\n", clean(&said)))
    }

    /// Refuses what is excluded already: of two entries that are about the same, one would count all that the
    /// other matched.
    fn refuse_twice(&self, entry: &Exclusion) -> Result<()> {
        let listed = match read_exclusions::<Exclusion>(&self.file) {
            Err(error) if error.is_missing() => return Ok(()),
            listed => listed?,
        };
        let applies = |it: &ListedEntry<Exclusion>| it.entry.expires() > self.session.now;
        let same = listed.iter().find(|it| it.entry.id() == entry.id() && applies(it));
        same.map_or(Ok(()), |ListedEntry { line, entry }| {
            let terms = entry.terms();
            Err(Failure::new(format!("the same is excluded until {}", terms.until))
                .at(format!("{}, line {line}", self.file.display()))
                .also(format!("{} ({})", terms.reason, terms.who))
                .hint("change that entry, or let it expire"))
        })
    }

    /// The entry with what was saved about the device, and the finding if one is meant.
    fn of_saved(&self, saved: &[SavedResponse]) -> Result<ExclusionTerms> {
        let options = ReadOptions {
            unlabelled: Unlabelled::External,
            device: self.terms.device.as_ref(),
            interval: self.query.interval,
            ..ReadOptions::default()
        };
        self.of_inputs(&Inputs::saved(SavedAnswers::open(saved)?.of_one_device(&options)?))
    }

    /// The entry with what an appliance says of the device, and of the finding if one is meant.
    fn of_appliance(&self, client: &Client, interrupt: &Interrupt) -> Result<ExclusionTerms> {
        let name = self.terms.device.as_ref().ok_or_else(|| {
            Failure::usage("no device is named, whose finding it is").hint("add --device")
        })?;
        let did = client.find_device(name)?;
        if self.finding.is_none() {
            return Ok(self.terms.clone().of_device(&client.describe_device(did)?));
        }
        let gathering = Gathering::new(&self.session, &self.query, client, interrupt);
        let gathering = Gathering { recording: Recording::Nothing, ..gathering };
        let mut terms = None;
        gathering.each(vec![NamedTarget::known(name.as_str(), did)], |outcome| {
            let inputs = Inputs::gathered(outcome.map_err(Failure::of_device)?);
            inputs.print_notes(self.session.output.verbosity);
            terms = Some(self.of_inputs(&inputs)?);
            Ok(ControlFlow::Continue(()))
        })?;
        Ok(terms.ok_or(SweepError::NothingAnswered)?)
    }

    /// The entry with what answers say of the device, and of the finding if one is meant.
    fn of_inputs(&self, inputs: &Inputs) -> Result<ExclusionTerms> {
        let device = inputs.evidence.device();
        let terms = self.terms.clone().of_device(&device);
        let Some(id) = &self.finding else { return Ok(terms) };
        let ReportOptions { policy, viewpoint, appliance, .. } = inputs.perspective(&self.session);
        let report = device_report(&inputs.evidence, inputs.series.clone(), viewpoint, policy);
        let records = report.records(Origin { appliance, did: device.did }, policy);
        Ok(terms.of_finding(&id.find(&records)?.finding))
    }
}
