#include "core/bench/bench_spec.h"

#include "core/base/error.h"
#include "core/io/atomic_file.h"
#include "core/io/folder_name.h"
#include "core/prune/method_table.h"
#include "core/run/recipe.h"
#include "core/run/recipe_help.h"
#include "core/run/versioned_document.h"
#include "core/settings/field_kinds.h"

#include <algorithm>
#include <set>

namespace lorashear {

namespace fs = std::filesystem;
using namespace settings;

namespace {

/// What rows differ in, and what must be the same for all of them.
struct Fixed {
    const char *pointer, *instead;
    bool everywhere;  ///< false: only a single method may not change it
};
constexpr Fixed kFixed[] = {
    {"/seed", "/seeds says it", true},
    {"/plan/ratio", "/ratios says it", true},
    {"/plan/enabled", "/adapted_dense says it", true},
    {"/model", "/models says it", true},
    {"/method", "/methods says it", true},
    {"/threads", "give --threads: it is one number for all rows", true},
    {"/evaluation", "it is the same for all rows: say it in /changes", false},
};

/// A JSON merge patch; where it may change what, not whether the recipe likes it, which is found out when it is applied.
template <class T>
Field<T> changesField(std::string T::*member, bool ofOneMethod, const char* help) {
    Setting about = settingOf("changes", SettingType::Other, "", help);
    about.typeName = "object: JSON merge patch (RFC 7396)";
    about.allowed = "keys of a recipe";
    return {about,
            [=](T& t, const json& value, const Place& place) {
                if (!value.is_object()) fail(place, "must be an object");
                for (const Fixed& fixed : kFixed)
                    if ((fixed.everywhere || ofOneMethod) && value.contains(json::json_pointer(fixed.pointer)))
                        fail(place.pointer() + fixed.pointer, "cannot be changed here", fixed.instead);
                t.*member = value.dump();
            },
            [=](const T& t) { return ordered_json::parse(t.*member); }};
}

const Table<BenchModel>& benchModelTable() {
    static const Table<BenchModel> table{
        text("name", &BenchModel::name, "Name in tables; empty: that of the folder or file."),
        text("path", &BenchModel::path, "Hugging Face folder or GGUF file, relative to the spec's folder or absolute.",
             true),
        text("adapter", &BenchModel::adapter, "Folder of a PEFT LoRA adapter that is merged into it first; empty: none."),
    };
    return table;
}

std::vector<std::string> methodIds() {
    std::vector<std::string> ids;
    for (const MethodInfo& method : methodTable()) ids.push_back(method.id);
    return ids;
}

/// Kept as given, since what is left out may come from the recipe; checked against the method's table all the same.
Field<BenchMethod> methodOptionsField() {
    return {settingOf("options", SettingType::Object, "",
                      "Options of the method (resources/help/recipe.md); those left out are the recipe's if that is of this "
                      "method, else the defaults."),
            [](BenchMethod& method, const json& value, const Place& place) {
                if (!value.is_object()) fail(place, "must be an object");
                if (!method.id.empty()) methodInfo(method.id).options.complete(value.dump(), place);
                method.optionsJson = value.dump();
            },
            [](const BenchMethod& method) { return ordered_json::parse(method.optionsJson); },
            [](std::vector<Setting>&, const std::string&) {}};
}

template <class N>
void refuseTwice(const std::vector<N>& numbers, const json& value, const Place& place) {
    for (std::size_t i = 0; i < numbers.size(); ++i)
        if (std::find(numbers.begin(), numbers.begin() + static_cast<std::ptrdiff_t>(i), numbers[i]) !=
            numbers.begin() + static_cast<std::ptrdiff_t>(i))
            fail(place / i, value[i].dump() + " is there twice");
}

template <class T>
Field<T> ratiosField(const char* key, std::vector<double> T::*member, bool mayBeEmpty, const char* help) {
    const Range range = recipeSetting("/plan/ratio").range;
    Setting about = settingOf(key, SettingType::Other, range, "", help);
    about.typeName = "list of numbers";
    about.allowed = "each " + range.text();
    return {about,
            [=](T& t, const json& value, const Place& place) {
                if (!value.is_array() || (value.empty() && !mayBeEmpty))
                    fail(place, mayBeEmpty ? "must be a list of numbers" : "must be a list with at least one number");
                (t.*member).clear();
                for (std::size_t i = 0; i < value.size(); ++i) (t.*member).push_back(readNumber(value[i], range, place / i));
                refuseTwice(t.*member, value, place);
            },
            [=](const T& t) { return ordered_json(t.*member); }};
}

const Table<BenchMethod>& benchMethodTable() {
    static const Table<BenchMethod> table = [] {
        Field<BenchMethod> id =
            choice("id", &BenchMethod::id, methodIds(), "The pruning method (resources/help/methods.md).");
        id.about.required = true;
        return Table<BenchMethod>{
            std::move(id),
            text("name", &BenchMethod::name, "Name in tables, so that one method can stand there twice; empty: the id."),
            methodOptionsField(),
            changesField(&BenchMethod::changesJson, true,
                         "What this method's recipe has otherwise, e.g. its learning rate."),
            ratiosField("without_ratios", &BenchMethod::withoutRatios, true,
                        "Ratios that this method is left out of, because it cannot reach them."),
        };
    }();
    return table;
}

Field<BenchSpec> specSeedsField() {
    Setting about = settingOf("seeds", SettingType::Other, "",
                              "Seeds of every random stream, calibration texts included: each row once with each of them.");
    about.typeName = "list of integers";
    about.allowed = "each 0 <= x";
    return {about,
            [](BenchSpec& spec, const json& value, const Place& place) {
                if (!value.is_array() || value.empty()) fail(place, "must be a list with at least one number");
                spec.seeds.clear();
                for (std::size_t i = 0; i < value.size(); ++i) spec.seeds.push_back(readSeed(value[i], place / i));
                refuseTwice(spec.seeds, value, place);
            },
            [](const BenchSpec& spec) { return ordered_json(spec.seeds); }};
}

const Table<BenchSpec>& benchTable() {
    static const Table<BenchSpec> table{
        text("note", &BenchSpec::note, "Free text."),
        text(
            "recipe", &BenchSpec::recipe,
            "The recipe that every job is made from, relative to the spec's folder or absolute. Speeds are not measured, and "
            "its exports are left out.",
            true),
        changesField(&BenchSpec::changesJson, false, "What every job has otherwise than the recipe says."),
        list("models", &BenchSpec::models, benchModelTable, "The models to prune; empty: the recipe's."),
        list("methods", &BenchSpec::methods, benchMethodTable, "The methods to compare, at least one."),
        ratiosField("ratios", &BenchSpec::ratios, false,
                    "Removed parameters over all parameters of the original: every method at each of them."),
        specSeedsField(),
        integer(
            "training_tokens", &BenchSpec::trainingTokens, {0, 2e9}, "tokens",
            "What every job trains on, pruning and recovery together: recovery gets the steps that the method leaves. 0: the "
            "recipe's steps, so that a method with fewer of its own trains less."),
        flag("adapted_dense", &BenchSpec::adaptedDense,
             "A row for the original trained as long, once per model and seed: what pruned models are fairly held against."),
        textList("chosen_on", &BenchSpec::chosenOn,
                 "Files that settings were chosen on: a warning stands beside the table where one of them is reported too."),
        text(
            "count_by", &BenchSpec::countBy,
            "Model by whose tokens perplexities are counted; empty: that of the largest vocabulary where the models' differ, "
            "else each model's own."),
        flag("keep_models", &BenchSpec::keepModels,
             "Keep weights and checkpoints of finished jobs; otherwise recipe, events and results stay."),
    };
    return table;
}

template <class Named>
void requireNames(std::vector<Named>& named, const std::string& pointer, std::string (*otherwise)(const Named&)) {
    std::set<std::string> seen;
    for (std::size_t i = 0; i < named.size(); ++i) {
        if (named[i].name.empty()) named[i].name = otherwise(named[i]);
        const std::string at = pointer + "/" + std::to_string(i) + "/name";
        if (named[i].name == kDenseRow || named[i].name == kAdaptedRow)
            fail(at, "\"" + named[i].name + "\" is the name of a row that is always there", "choose another name");
        if (!seen.insert(named[i].name).second)
            fail(at, "\"" + named[i].name + "\" is used twice", "give one of them another name");
    }
}

void fillNames(BenchSpec& spec) {
    requireNames<BenchModel>(spec.models, "/models", [](const BenchModel& model) { return ownName(model.path); });
    requireNames<BenchMethod>(spec.methods, "/methods", [](const BenchMethod& method) { return method.id; });
}

}  // namespace

BenchSpec parseBenchSpec(const std::string& text, const std::string& subject) {
    const json document =
        versionedDocument(text, subject, "is not a bench's spec: the file must hold one JSON object", BenchSpec::kVersion);
    BenchSpec spec;
    readObject(benchTable(), spec, document, Place());
    if (spec.methods.empty()) fail("/methods", "needs at least one method", "known: " + joined(methodIds()));
    for (std::size_t m = 0; m < spec.methods.size(); ++m)
        for (std::size_t i = 0; i < spec.methods[m].withoutRatios.size(); ++i)
            if (std::find(spec.ratios.begin(), spec.ratios.end(), spec.methods[m].withoutRatios[i]) == spec.ratios.end())
                fail(Place("/methods") / m / "without_ratios" / i, "is none of /ratios");
    fillNames(spec);
    return spec;
}

BenchSpec loadBenchSpec(const fs::path& file) {
    BenchSpec spec = parseBenchSpec(readFile(file), file.string());
    const fs::path folder = fs::absolute(file).parent_path();
    const auto make = [&](std::string& path) { path = absolutePath(path, folder); };
    make(spec.recipe);
    make(spec.countBy);
    for (std::string& path : spec.chosenOn) make(path);
    for (BenchModel& model : spec.models) make(model.path), make(model.adapter);
    return spec;
}

std::vector<Setting> benchSettings() {
    std::vector<Setting> all;
    describeObject(benchTable(), all, "");
    return all;
}

std::string benchSettingsTable() {
    std::string rows = "| pointer | type | allowed | default | unit | what it says |\n|---|---|---|---|---|---|\n";
    for (const Setting& setting : benchSettings()) rows += setting.markdownRow(setting.pointer) + "\n";
    return rows;
}

}  // namespace lorashear
