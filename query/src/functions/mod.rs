//! What SQL has besides: the analyses of this project over columns of a lake.
//!
//! Each is pure and gives the same wherever it runs. A function is registered under a name with the version of this
//! program and its thresholds, and SQL calls it by its alias: a plan that goes to a machine with another version
//! finds no such function there, instead of one that judges otherwise.

mod arguments;
mod assess;
mod day_z;
mod registrable;
mod series;
mod timeline_alerts;
mod version;

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use datafusion::arrow::array::ArrayRef;
use datafusion::arrow::datatypes::DataType;
use datafusion::common::Result;
use datafusion::logical_expr::{
    ColumnarValue, Expr, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};

use arguments::Argument;
pub use version::{VERSION_FUNCTION, version};

/// Every function, as client, scheduler and executors have them.
#[must_use]
pub fn all() -> Vec<Arc<ScalarUDF>> {
    [
        timeline_alerts::FUNCTION,
        day_z::FUNCTION,
        assess::FUNCTION,
        registrable::FUNCTION,
        version::FUNCTION,
    ]
    .into_iter()
    .map(|definition| Arc::new(ScalarUDF::new_from_impl(Function::new(definition))))
    .collect()
}

/// A function, as its module declares it.
#[derive(Debug, Clone, Copy)]
struct Definition {
    /// As SQL calls it.
    name: &'static str,
    /// What it takes, in order.
    arguments: &'static [Argument],
    /// How many of them may be left out, from the end.
    optional: usize,
    volatility: Volatility,
    returns: fn() -> DataType,
    /// A value a row, of arguments of the types that it takes. Of those that were left out there are none.
    evaluate: fn(&[ArrayRef], usize) -> Result<ArrayRef>,
}

/// A function, as the engine knows it.
#[derive(Debug)]
struct Function {
    definition: Definition,
    registered: String,
    aliases: Vec<String>,
    signature: Signature,
}

impl Function {
    fn new(definition: Definition) -> Self {
        let Definition { name, arguments, volatility, .. } = definition;
        // What tells the version is found whichever it is.
        let is_same_everywhere = volatility == Volatility::Immutable;
        let (registered, aliases) = if is_same_everywhere {
            (format!("{name}@{}", version()), vec![name.to_owned()])
        } else {
            (name.to_owned(), Vec::new())
        };
        let signature = if arguments.is_empty() {
            Signature::nullary(volatility)
        } else {
            Signature::user_defined(volatility)
        };
        Self { definition, registered, aliases, signature }
    }
}

impl PartialEq for Function {
    fn eq(&self, other: &Self) -> bool {
        self.registered == other.registered
    }
}

impl Eq for Function {}

impl Hash for Function {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.registered.hash(state);
    }
}

impl ScalarUDFImpl for Function {
    fn name(&self) -> &str {
        &self.registered
    }

    fn aliases(&self) -> &[String] {
        &self.aliases
    }

    /// Columns are called as people wrote them.
    fn schema_name(&self, arguments: &[Expr]) -> Result<String> {
        let arguments: Vec<String> =
            arguments.iter().map(|argument| argument.schema_name().to_string()).collect();
        Ok(format!("{}({})", self.definition.name, arguments.join(",")))
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, types: &[DataType]) -> Result<Vec<DataType>> {
        let Definition { name, arguments, optional, .. } = self.definition;
        arguments::coerce(name, arguments, optional, types)
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok((self.definition.returns)())
    }

    fn invoke_with_args(&self, call: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let is_constant =
            call.args.iter().all(|argument| matches!(argument, ColumnarValue::Scalar(_)));
        let rows = if is_constant { 1 } else { call.number_rows };
        let arrays: Vec<ArrayRef> =
            call.args.iter().map(|argument| argument.to_array(rows)).collect::<Result<_>>()?;
        let values = (self.definition.evaluate)(&arrays, rows)?;
        if is_constant {
            let value = datafusion::common::ScalarValue::try_from_array(&values, 0)?;
            return Ok(ColumnarValue::Scalar(value));
        }
        Ok(ColumnarValue::Array(values))
    }
}
