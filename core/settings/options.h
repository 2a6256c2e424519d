#pragma once

#include "core/settings/field.h"
#include "core/settings/option_set.h"

/// Between a struct of options and its OptionSet.
namespace lorashear::settings {

/// The struct that JSON text stands for. Error(BadRecipe) at place.
template <class Options>
Options readOptions(const Table<Options>& table, const std::string& text, const Place& place) {
    Options options;
    const json given = json::parse(text, nullptr, false);
    if (given.is_discarded()) fail(place, "is not JSON");
    readObject(table, options, given, place);
    return options;
}

template <class Options>
OptionSet optionSet(const Table<Options>& table) {
    OptionSet set;
    describeObject(table, set.settings, "");
    set.complete = [table](const std::string& text, const Place& place) {
        return writeObject(table, readOptions(table, text, place)).dump();
    };
    return set;
}

}  // namespace lorashear::settings
