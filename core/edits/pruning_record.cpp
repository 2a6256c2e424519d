#include "core/edits/pruning_record.h"

#include "core/base/error.h"
#include "core/edits/edit_json.h"
#include "core/edits/edit_kind.h"
#include "core/io/atomic_file.h"
#include "core/io/strict_json.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <functional>
#include <limits>

namespace lorashear {

using nlohmann::json;

namespace {

constexpr const char* kFormatKey = "format";
constexpr const char* kAdvice = "Take the pruning.json of a run's model folder, as it was written.";

int wholeNumber(const json& value) {
    const bool fits = value.is_number_integer() && value.get<std::int64_t>() >= 0 &&
                      value.get<std::int64_t>() <= std::numeric_limits<int>::max();
    if (!fits) throw Error(ErrorCode::BadInput, kRecordFile, "must be a whole number from 0 on, not " + value.dump());
    return value.get<int>();
}

std::vector<int> wholeNumbers(const json& list) {
    std::vector<int> numbers;
    for (const json& value : list) numbers.push_back(wholeNumber(value));
    return numbers;
}

json slicesJson(const std::vector<GroupSlice>& slices) {
    json result = json::array();
    for (const GroupSlice& slice : slices)
        result.push_back({{"tensor", slice.tensor},
                          {"dim", slice.dim},
                          {"offset", slice.offset},
                          {"stride", slice.stride},
                          {"length", slice.length}});
    return result;
}

std::vector<GroupSlice> slicesFrom(const json& list) {
    std::vector<GroupSlice> slices;
    for (const json& slice : list)
        slices.push_back({slice.at("tensor").get<std::string>(), wholeNumber(slice.at("dim")),
                          slice.at("offset").get<std::int64_t>(), slice.at("stride").get<std::int64_t>(),
                          slice.at("length").get<std::int64_t>()});
    return slices;
}

UnitKind unitNamed(const std::string& name) {
    std::string known;
    for (const UnitKindRow& row : kUnitKinds) {
        if (name == row.id) return row.kind;
        known += (known.empty() ? "" : ", ") + std::string(row.id);
    }
    throw Error(ErrorCode::BadInput, kRecordFile, "is of kind \"" + name + "\"; known are " + known);
}

json groupsJson(const std::vector<KeptGroups>& nodeGroups) {
    json all = json::array();
    for (const KeptGroups& group : nodeGroups)
        all.push_back({{"name", group.name},
                       {"kind", unitName(group.unit)},
                       {"groups", group.count},
                       {"kept", group.kept},
                       {"rows", slicesJson(group.rows)},
                       {"columns", slicesJson(group.columns)}});
    return all;
}

std::vector<KeptGroups> groupsFrom(const json& list) {
    std::vector<KeptGroups> all;
    for (const json& group : list)
        all.push_back({group.at("name").get<std::string>(), unitNamed(group.at("kind").get<std::string>()),
                       wholeNumber(group.at("groups")), wholeNumbers(group.at("kept")), slicesFrom(group.at("rows")),
                       slicesFrom(group.at("columns"))});
    return all;
}

json sourceJson(const PruningRecord::Source& source) {
    json object = {{"name", source.name}};
    if (source.weightsSha256) object["weights_sha256"] = *source.weightsSha256;
    return object;
}

PruningRecord::Source sourceFrom(const json& object) {
    PruningRecord::Source source{object.at("name").get<std::string>()};
    if (object.contains("weights_sha256")) source.weightsSha256 = object.at("weights_sha256").get<std::string>();
    return source;
}

json tokensJson(const PruningRecord::Tokens& tokens) {
    return {{"before", tokens.before}, {"after", tokens.after}};
}

PruningRecord::Tokens tokensFrom(const json& object) {
    return {wholeNumber(object.at("before")), wholeNumber(object.at("after"))};
}

json certificateJson(const Fingerprint& print) {
    return {{"tokens", print.tokens}, {"top", print.top}, {"logit", print.logit}, {"logsumexp", print.logSum}};
}

Fingerprint certificateFrom(const json& object) {
    const auto ids = [&](const char* key) { return object.at(key).get<std::vector<std::int64_t>>(); };
    const auto numbers = [&](const char* key) { return object.at(key).get<std::vector<double>>(); };
    return {ids("tokens"), ids("top"), numbers("logit"), numbers("logsumexp")};
}

json factorsJson(const std::map<std::string, PruningRecord::FactorLoss>& factors) {
    json object = json::object();
    for (const auto& [linear, factor] : factors)
        object[linear] = {
            {"rank", factor.rank}, {"blocks", factor.blocks}, {"lost", factor.lost}, {"calibrated", factor.calibrated}};
    return object;
}

std::map<std::string, PruningRecord::FactorLoss> factorsFrom(const json& object) {
    std::map<std::string, PruningRecord::FactorLoss> factors;
    for (const auto& [linear, factor] : object.items())
        factors[linear] = {wholeNumber(factor.at("rank")), wholeNumber(factor.at("blocks")), factor.at("lost").get<double>(),
                           factor.at("calibrated").get<bool>()};
    return factors;
}

json mergedJson(const PruningRecord::Merged& merged) {
    return {
        {"linears", merged.linears}, {"parameters_factored", merged.parametersFactored}, {"parameters", merged.parameters}};
}

PruningRecord::Merged mergedFrom(const json& object) {
    return {object.at("linears").get<std::int64_t>(), object.at("parameters_factored").get<std::int64_t>(),
            object.at("parameters").get<std::int64_t>()};
}

json roundingJson(const PruningRecord::Rounding& rounding) {
    return {{"to", rounding.to}, {"max_abs_logit_difference", rounding.maxDifference}, {"max_abs_logit", rounding.maxLogit}};
}

PruningRecord::Rounding roundingFrom(const json& object) {
    return {object.at("to").get<std::string>(), object.at("max_abs_logit_difference").get<double>(),
            object.at("max_abs_logit").get<double>()};
}

/// One key of the file and the member that it stands for.
struct Member {
    const char* key;
    std::function<void(const json&, PruningRecord&)> read;
    std::function<std::optional<json>(const PruningRecord&)> write;  ///< nothing: it has none
};

Member text(const char* key, std::string PruningRecord::*member) {
    return {key, [member](const json& value, PruningRecord& record) { record.*member = value.get<std::string>(); },
            [member](const PruningRecord& record) {
                return (record.*member).empty() ? std::nullopt : std::optional<json>(record.*member);
            }};
}

/// JSON that others understand.
Member whole(const char* key, std::string PruningRecord::*member) {
    return {key, [member](const json& value, PruningRecord& record) { record.*member = value.dump(); },
            [member](const PruningRecord& record) {
                return (record.*member).empty() ? std::nullopt : std::optional<json>(json::parse(record.*member));
            }};
}

template <class T, class From, class To>
Member typed(const char* key, std::optional<T> PruningRecord::*member, From from, To to) {
    return {key, [member, from](const json& value, PruningRecord& record) { record.*member = from(value); },
            [member, to](const PruningRecord& record) {
                return record.*member ? std::optional<json>(to(*(record.*member))) : std::nullopt;
            }};
}

/// All keys but the format's.
const std::vector<Member>& members() {
    using R = PruningRecord;
    using Hashes = std::map<std::string, std::string>;
    static const std::vector<Member> kTable = {
        text("tool", &R::tool),
        typed("source", &R::source, sourceFrom, sourceJson),
        whole("recipe", &R::recipe),
        text("recipe_sha256", &R::recipeSha256),
        typed(
            "data_sha256", &R::dataSha256, [](const json& object) { return object.get<Hashes>(); },
            [](const Hashes& hashes) { return json(hashes); }),
        whole("original", &R::original),
        typed(
            "edits", &R::edits, [](const json& list) { return editsFromJson(list, kRecordFile); }, editsToJson),
        typed("node_groups", &R::nodeGroups, groupsFrom, groupsJson),
        typed("vocabulary", &R::vocabulary, tokensFrom, tokensJson),
        whole("measured", &R::measured),
        typed("certificate", &R::certificate, certificateFrom, certificateJson),
        typed("factors", &R::factors, factorsFrom, factorsJson),
        typed("merged_factors", &R::merged, mergedFrom, mergedJson),
        typed("rounding", &R::rounding, roundingFrom, roundingJson),
    };
    return kTable;
}

void readMember(const Member& member, const json& value, PruningRecord& record, const std::string& subject) {
    const std::string place = subject + " /" + member.key;
    try {
        member.read(value, record);
    } catch (const json::exception&) {  // its words are a library's
        throw Error(ErrorCode::BadInput, place, "is of another type, or lacks a part, than a record has there");
    } catch (const Error& error) {  // without the file's place
        const bool edit = error.subject() != kRecordFile;
        throw Error(error.code(), edit ? subject + error.subject().substr(std::string(kRecordFile).size()) : place,
                    error.message(), error.hint());
    }
}

PruningRecord recordFrom(const json& document, const std::string& subject) {
    if (!document.is_object()) throw Error(ErrorCode::BadInput, subject, "is not a JSON object");
    PruningRecord record;
    if (document.contains(kFormatKey)) record.version = readCount(document, kFormatKey, 1, subject, "");
    if (record.version > kRecordVersion)  // before anything else of it is read: it may mean something else there
        editFailure(subject, std::string("/") + kFormatKey,
                    "is " + std::to_string(record.version) + ", the newest that this program reads is " +
                        std::to_string(kRecordVersion),
                    "Open the model with the program that wrote it, or update this one.");
    for (const auto& [key, value] : document.items()) {
        const auto& table = members();
        const auto known =
            std::find_if(table.begin(), table.end(), [&, &name = key](const Member& member) { return name == member.key; });
        if (known != table.end())
            readMember(*known, value, record, subject);
        else if (key != kFormatKey)
            record.others[key] = value.dump();
    }
    return record;
}

}  // namespace

PruningRecord newRecord() {
    PruningRecord record;
    record.version = kRecordVersion;
    record.tool = "LoRAShear Studio";
    return record;
}

PruningRecord parseRecord(const std::string& text, const std::string& subject) {
    try {
        return recordFrom(parseStrictJson(text, subject, JsonFrom::Program), subject);
    } catch (const Error& error) {
        if (!error.hint().empty()) throw;
        throw Error(error.code(), error.subject(), error.message(), kAdvice);
    }
}

std::string recordText(const PruningRecord& record) {
    json document = json::object();
    for (const auto& [key, value] : record.others) document[key] = json::parse(value);
    if (record.version > 0) document[kFormatKey] = record.version;
    for (const Member& member : members())
        if (auto value = member.write(record)) document[member.key] = std::move(*value);
    return document.dump(2) + "\n";
}

bool looksLikeRecord(const std::string& text) {
    const json document = json::parse(text, nullptr, false);
    return document.is_object() && (document.contains("node_groups") || document.contains(kFormatKey));
}

PruningRecord recordIn(const std::filesystem::path& folder) {
    const auto file = folder / kRecordFile;
    return parseRecord(readFile(file), file.string());
}

PruningRecord recordIfThere(const std::filesystem::path& folder) {
    std::error_code ignored;
    return std::filesystem::exists(folder / kRecordFile, ignored) ? recordIn(folder) : PruningRecord{};
}

}  // namespace lorashear
