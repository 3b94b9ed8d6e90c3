//! The tools, and what each takes.

use dt_model::DeviceName;
use rmcp::model::{JsonObject, Tool, ToolAnnotations};
use schemars::JsonSchema;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::InvalidArgument;
use crate::argument::{DeviceArgument, MOST_DEVICES};

/// How many rows of a fleet are shown unless it is said otherwise.
const TOP: u32 = 20;
/// How many rows of a fleet may be shown.
const MOST_ROWS: u32 = 100;

/// A tool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ToolKind {
    Report,
    Fleet,
    Compare,
    Timeline,
    External,
    Diff,
    Doctor,
}

/// What a tool is asked, as it was checked.
#[derive(Debug)]
pub(crate) enum Call {
    Report(DeviceCall),
    Compare(DeviceCall),
    Timeline(DeviceCall),
    External(DeviceCall),
    Fleet(FleetArguments),
    Diff(DiffArguments),
    Doctor(DoctorArguments),
}

/// An analysis of devices.
#[derive(Debug)]
pub(crate) struct DeviceCall {
    pub(crate) names: Vec<DeviceName>,
    pub(crate) appliance: Option<String>,
    pub(crate) detail: Detail,
}

/// How much is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Detail {
    /// What fits on one screen.
    #[default]
    Screen,
    /// Every part.
    Full,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct AnalysisArguments {
    /// Device id, host name, IP, MAC or label; or a list of at most 20. No wildcards.
    device: DeviceArgument,
    /// Which appliance, by its profile; needed if the server was started with several.
    #[serde(default)]
    appliance: Option<String>,
    /// How much to tell: what fits on one screen, or every part.
    #[serde(default)]
    detail: Detail,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct CompareArguments {
    /// One device, to compare it with similar ones; or a list of two, to compare them with each other.
    device: DeviceArgument,
    /// Which appliance, by its profile; needed if the server was started with several.
    #[serde(default)]
    appliance: Option<String>,
}

/// Which ranking.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct FleetArguments {
    /// The lake, by its name below the directory that the server reads from. The demo needs none.
    #[serde(default)]
    pub(crate) lake: Option<String>,
    /// How many rows to show.
    #[serde(default = "top")]
    #[schemars(range(min = 1, max = 100))]
    pub(crate) top: u32,
    /// Only what the run before did not have.
    #[serde(default)]
    pub(crate) only_new: bool,
}

/// Which snapshots.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DiffArguments {
    /// The older snapshot, by its name below the directory that the server reads from; or a directory of some.
    pub(crate) old: String,
    /// The newer snapshot.
    #[serde(default)]
    pub(crate) new: Option<String>,
}

/// Which way.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DoctorArguments {
    /// Which appliance, by its profile; needed if the server was started with several.
    #[serde(default)]
    pub(crate) appliance: Option<String>,
}

fn top() -> u32 {
    TOP
}

impl ToolKind {
    pub(crate) const ALL: [Self; 7] = [
        Self::Report,
        Self::Fleet,
        Self::Compare,
        Self::Timeline,
        Self::External,
        Self::Diff,
        Self::Doctor,
    ];

    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|tool| tool.name() == name)
    }

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Report => "report",
            Self::Fleet => "fleet",
            Self::Compare => "compare",
            Self::Timeline => "timeline",
            Self::External => "external",
            Self::Diff => "diff",
            Self::Doctor => "doctor",
        }
    }

    const fn description(self) -> &'static str {
        match self {
            Self::Report => {
                "What matters about a device: priority, findings with their evidence, traffic, peers and external \
                 destinations of the last four weeks. Begin here."
            }
            Self::Fleet => {
                "Which of all devices to look at first, from the newest finished sweep. What many devices have in \
                 common is one row."
            }
            Self::Compare => {
                "How a device differs from similar devices, or from one other device: connections, destinations and \
                 bytes."
            }
            Self::Timeline => {
                "When a device's traffic was unusual: incidents with what was counted and what was expected."
            }
            Self::External => {
                "A device's external destinations: countries, domains, ports, and how risky they are."
            }
            Self::Diff => "What changed between two snapshots of a device that were kept before.",
            Self::Doctor => {
                "Examine the way to the appliance step by step (settings, name, TLS, clock, signature, permission), \
                 with a fix for what is wrong. Use it when other tools fail."
            }
        }
    }

    fn schema(self) -> JsonObject {
        match self {
            Self::Report | Self::Timeline | Self::External => schema::<AnalysisArguments>(),
            Self::Compare => schema::<CompareArguments>(),
            Self::Fleet => schema::<FleetArguments>(),
            Self::Diff => schema::<DiffArguments>(),
            Self::Doctor => schema::<DoctorArguments>(),
        }
    }

    /// As clients list it.
    pub(crate) fn tool(self) -> Tool {
        let annotations =
            ToolAnnotations::new().read_only(true).destructive(false).idempotent(true);
        // A ranking and a difference read files; the others ask the appliance.
        let asks = !matches!(self, Self::Fleet | Self::Diff);
        Tool::new(self.name(), self.description(), self.schema())
            .with_annotations(annotations.open_world(asks))
    }

    /// What it is asked by these arguments.
    pub(crate) fn call(self, arguments: JsonObject) -> Result<Call, InvalidArgument> {
        Ok(match self {
            Self::Report => Call::Report(analysis(arguments)?),
            Self::Timeline => Call::Timeline(analysis(arguments)?),
            Self::External => Call::External(analysis(arguments)?),
            Self::Compare => {
                let CompareArguments { device, appliance } = read(arguments)?;
                let names = device.names(2)?;
                Call::Compare(DeviceCall { names, appliance, detail: Detail::Screen })
            }
            Self::Fleet => {
                let fleet: FleetArguments = read(arguments)?;
                if !(1..=MOST_ROWS).contains(&fleet.top) {
                    let what = format!("top is from 1 to {MOST_ROWS}");
                    return Err(InvalidArgument::Shape { what });
                }
                Call::Fleet(fleet)
            }
            Self::Diff => Call::Diff(read(arguments)?),
            Self::Doctor => Call::Doctor(read(arguments)?),
        })
    }
}

fn analysis(arguments: JsonObject) -> Result<DeviceCall, InvalidArgument> {
    let AnalysisArguments { device, appliance, detail } = read(arguments)?;
    Ok(DeviceCall { names: device.names(MOST_DEVICES)?, appliance, detail })
}

fn read<A: DeserializeOwned>(arguments: JsonObject) -> Result<A, InvalidArgument> {
    serde_json::from_value(Value::Object(arguments))
        .map_err(|error| InvalidArgument::Shape { what: error.to_string() })
}

fn schema<A: JsonSchema>() -> JsonObject {
    let generator = schemars::generate::SchemaSettings::draft2020_12()
        .with(|settings| settings.inline_subschemas = true)
        .into_generator();
    let Value::Object(schema) = generator.into_root_schema_for::<A>().to_value() else {
        return JsonObject::new();
    };
    schema
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn call(tool: ToolKind, arguments: Value) -> Result<Call, InvalidArgument> {
        let Value::Object(arguments) = arguments else { panic!("{arguments}") };
        tool.call(arguments)
    }

    #[test]
    fn every_tool_only_reads_and_describes_what_it_takes() {
        for tool in ToolKind::ALL.map(ToolKind::tool) {
            let annotations = tool.annotations.unwrap();
            assert_eq!(annotations.read_only_hint, Some(true), "{}", tool.name);
            assert_eq!(tool.input_schema["type"], "object", "{}", tool.name);
            assert_eq!(tool.input_schema["additionalProperties"], false, "{}", tool.name);
            let properties = tool.input_schema["properties"].as_object().unwrap();
            for (name, property) in properties {
                assert!(property["description"].is_string(), "{}: {name}", tool.name);
                assert!(
                    !["url", "token", "path"].contains(&name.as_str()),
                    "{}: {name}",
                    tool.name
                );
            }
        }
    }

    #[test]
    fn arguments_that_a_tool_does_not_have_are_refused() {
        for (tool, arguments, told) in [
            (ToolKind::Report, json!({}), "missing field `device`"),
            (
                ToolKind::Report,
                json!({"device": "1", "url": "https://evil.example"}),
                "unknown field `url`",
            ),
            (ToolKind::Report, json!({"device": "1", "detail": "all"}), "unknown variant `all`"),
            (ToolKind::Report, json!({"device": 1}), "device is a string"),
            (ToolKind::Compare, json!({"device": ["1", "2", "3"]}), "3 devices are named"),
            (ToolKind::Fleet, json!({"top": 0}), "top is from 1 to 100"),
            (ToolKind::Diff, json!({"new": "a"}), "missing field `old`"),
            (ToolKind::Doctor, json!({"token": "a"}), "unknown field `token`"),
        ] {
            let error = call(tool, arguments).unwrap_err().to_string();
            assert!(error.contains(told), "{tool:?}: {error}");
        }
    }
}
