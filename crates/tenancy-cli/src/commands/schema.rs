//! `tenancy schema`: prints the JSON Schemas of what `list` writes.

use tenancy::{Checkpoint, Tenant};

use crate::args::{Described, SchemaArguments};
use crate::exit::{Exit, Failure};
use crate::output::report_file::Written;
use crate::output::{MemberLine, print_json};

pub(crate) fn run(arguments: &SchemaArguments) -> Result<Exit, Failure> {
    let schema = match arguments.of {
        Described::Tenant => schemars::schema_for!(Tenant),
        Described::Member => schemars::schema_for!(MemberLine<'_>),
        Described::Report => schemars::schema_for!(Written),
        Described::Checkpoint => schemars::schema_for!(Checkpoint),
    };
    print_json(&schema)?;
    Ok(Exit::Complete)
}
