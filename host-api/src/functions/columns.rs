//! The whole batch at once. A script is called for a record at a time.

use super::Type::{Bool, Bytes, Text, TextOrBytes, Timestamp, Unit, Value};
use super::{Form, HostFunction, Interface, Parameter, Type, rows};

const OPTIONAL: Type = Type::List(&Type::Option(&TextOrBytes));

pub(super) const FUNCTIONS: &[HostFunction] = rows! { Columns:
    Absent "columns.keys" () -> Type::List(&Bytes),
        "Returns the keys of all records."
        => "columns.keys" "columns.keys-text";
    Absent "columns.kinds" () -> Type::List(&Text),
        "Returns the kinds of all values."
        => "columns.kinds";
    Absent "columns.expiries" () -> Type::List(&Type::Option(&Timestamp)),
        "Returns when the keys expire, Unix milliseconds."
        => "columns.expiries";
    Absent "columns.set_expiries" (at: Type::List(&Type::Option(&Timestamp))) -> Unit,
        "Sets when the keys expire, Unix milliseconds."
        => "columns.set-expiries";
    Absent "columns.texts" () -> OPTIONAL,
        "Returns the values of text records."
        => "columns.texts" "columns.texts-text";
    Absent "columns.set_texts" (values: OPTIONAL) -> Unit,
        "Sets the values of text records."
        => "columns.set-texts" "columns.set-texts-text";
    Absent "columns.fields" (name: TextOrBytes) -> OPTIONAL,
        "Returns a field of every hash."
        => "columns.fields" "columns.fields-text";
    Absent "columns.set_fields" (name: TextOrBytes, values: OPTIONAL) -> Unit,
        "Sets a field of every hash."
        => "columns.set-fields" "columns.set-fields-text";
    Absent "columns.rename_fields" (from: TextOrBytes, to: TextOrBytes) -> Unit,
        "Renames a field of every hash."
        => "columns.rename-fields" "columns.rename-fields-text";
    Absent "columns.remove_fields" (name: TextOrBytes) -> Unit,
        "Removes a field of every hash."
        => "columns.remove-fields" "columns.remove-fields-text";
    Absent "columns.values" () -> Type::List(&Value),
        "Returns all whole values."
        => "columns.values";
    Absent "columns.set_values" (values: Type::List(&Type::Option(&Value))) -> Unit,
        "Sets whole values."
        => "columns.set-values";
    Absent "columns.rename" (keys: OPTIONAL) -> Unit,
        [Write] "Asks for keys to be renamed."
        => "columns.rename" "columns.rename-text";
    Absent "columns.delete" (which: Type::List(&Bool)) -> Unit,
        "Asks for keys to be deleted."
        => "columns.delete";
};
