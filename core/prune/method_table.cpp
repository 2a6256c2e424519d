#include "core/prune/option_spec.h"

#include "core/base/error.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

namespace lorashear {

namespace {

using Type = OptionSpec::Type;
using Options = std::vector<OptionSpec>;

OptionSpec integer(const char* key, int fallback, int least, int most, const char* unit, const char* help) {
    return {.key = key,
            .type = Type::Integer,
            .fallback = static_cast<double>(fallback),
            .least = static_cast<double>(least),
            .most = static_cast<double>(most),
            .choice = {},
            .choices = {},
            .weights = {},
            .unit = unit,
            .help = help};
}

OptionSpec number(const char* key, double fallback, double least, double most, const char* unit, const char* help) {
    return {.key = key,
            .type = Type::Number,
            .fallback = fallback,
            .least = least,
            .most = most,
            .choice = {},
            .choices = {},
            .weights = {},
            .unit = unit,
            .help = help};
}

OptionSpec flag(const char* key, bool fallback, const char* help) {
    return {.key = key,
            .type = Type::Flag,
            .fallback = fallback ? 1.0 : 0.0,
            .least = 0,
            .most = 1,
            .choice = {},
            .choices = {},
            .weights = {},
            .unit = {},
            .help = help};
}

OptionSpec choice(const char* key, const char* fallback, std::vector<std::string> choices, const char* help) {
    return {.key = key,
            .type = Type::Choice,
            .choice = fallback,
            .choices = std::move(choices),
            .weights = {},
            .unit = {},
            .help = help};
}

OptionSpec weights(const char* key, std::vector<std::string> names, std::vector<double> values, const char* help) {
    return {.key = key,
            .type = Type::Weights,
            .least = 0,
            .most = 1e6,
            .choice = {},
            .choices = std::move(names),
            .weights = std::move(values),
            .unit = {},
            .help = help};
}

// What is asked of every method: how groups are ranked and what makes good for their loss.
Options rankingOptions() {
    return {
        choice(
            "saliency", "curvature",
            {"curvature", "mix", "magnitude", "activation", "activation_square", "gate_taylor", "fisher"},
            "What ranks the groups, lowest first: the expected rise of the loss after the best repair (curvature), the weighted mix of "
            "LoRA proxies below, or one proxy alone."),
        weights(
            "mix",
            {"magnitude", "avg_magnitude", "cosine_similarity", "taylor_first_order", "taylor_second_order", "activation"},
            {0.2, 0.2, 0.2, 0.2, 0.2, 0.0}, "Weights of the proxies when saliency is \"mix\"; those left out count 0."),
        integer(
            "calibrationSequences", 0, 0, 4096, "sequences",
            "Training sequences, spread over the texts, that every pick's saliencies and compensation look at; 0: a third of what "
            "a period trains on, at least 16 and at most 64 (one-shot: 64)."),
        integer("rankingRounds", 8, 1, 64, "rounds",
                "With curvature: a selection is made in so many parts, each ranked after the repair of those before."),
        flag("compensation", true,
             "Whether the columns that stay take over what a dying group gave, by least squares on the calibration inputs."),
        number("damping", 0.01, 1e-6, 1.0, "", "Ridge of that least squares, as a share of the inputs' mean square."),
        integer("rateWarmup", 10, 0, 100000, "steps", "Steps over which the learning rate rises to its full value."),
    };
}

Options lhspgOptions() {
    Options options = {
        integer("warmupSteps", 10, 0, 1000000, "steps", "Training of the adapters before the first groups are picked."),
        integer("periods", 5, 1, 1000, "periods", "Number of times that groups are picked and shrunk to zero."),
        integer("periodSteps", 8, 1, 1000000, "steps", "Training steps over which a period's groups fade."),
        number(
            "epsilon", 0.0, 0.0, 0.999, "",
            "Half-space test: a fading group goes at once when its next rows point less than this along the present ones; 0 only "
            "when they turn back."),
        choice(
            "realisation", "row-scale", {"row-scale", "literal"},
            "How Eq. 2 of the paper is carried out: by scales on the rows and adapters (base weights stay), or by its letter on fp32 "
            "copies of the weights."),
        flag("mergePeriods", false, "Whether live adapters are merged into fp32 copies of the weights when a period ends."),
    };
    for (auto& option : rankingOptions()) options.push_back(std::move(option));
    return options;
}

Options oneShotOptions() {
    Options options = {
        integer("warmupSteps", 10, 0, 1000000, "steps",
                "Training of the adapters before the groups are picked and zeroed at once."),
        integer("settleSteps", 0, 0, 1000000, "steps", "Training after the cut, before the model is compacted."),
    };
    for (auto& option : rankingOptions()) options.push_back(std::move(option));
    return options;
}

[[noreturn]] void refuse(const std::string& pointer, const std::string& message, const std::string& hint = {}) {
    throw Error(ErrorCode::BadRecipe, pointer, message, hint);
}

std::string rangeText(const OptionSpec& spec) {
    const auto text = [&](double value) {
        return spec.type == Type::Integer ? std::to_string(static_cast<long long>(value)) : nlohmann::json(value).dump();
    };
    return "between " + text(spec.least) + " and " + text(spec.most);
}

nlohmann::json checkedNumber(const OptionSpec& spec, const nlohmann::json& given, const std::string& pointer) {
    const bool whole = spec.type == Type::Integer;
    if (whole ? !given.is_number_integer() : !given.is_number())
        refuse(pointer, std::string("must be ") + (whole ? "a whole number " : "a number ") + rangeText(spec));
    const double value = given.get<double>();
    if (!std::isfinite(value) || value < spec.least || value > spec.most) refuse(pointer, "must lie " + rangeText(spec));
    return given;
}

std::string listOf(const std::vector<std::string>& names) {
    std::string text;
    for (const auto& name : names) text += (text.empty() ? "" : ", ") + name;
    return text;
}

nlohmann::json checkedWeights(const OptionSpec& spec, const nlohmann::json& given, const std::string& pointer) {
    if (!given.is_object()) refuse(pointer, "must be an object of weights", "Names: " + listOf(spec.choices) + ".");
    auto result = nlohmann::json::object();
    for (const auto& name : spec.choices) result[name] = 0.0;
    double sum = 0;
    for (const auto& [name, value] : given.items()) {
        const auto place = pointer + "/" + name;
        if (!result.contains(name)) refuse(place, "is not a name of this list", "Names: " + listOf(spec.choices) + ".");
        if (!value.is_number() || !std::isfinite(value.get<double>()) || value.get<double>() < spec.least ||
            value.get<double>() > spec.most)
            refuse(place, "must be a number " + rangeText(spec));
        result[name] = value.get<double>();
        sum += value.get<double>();
    }
    if (!(sum > 0)) refuse(pointer, "needs at least one weight above 0");
    return result;
}

nlohmann::json checkedOne(const OptionSpec& spec, const nlohmann::json& given, const std::string& pointer) {
    switch (spec.type) {
        case Type::Integer:
        case Type::Number: return checkedNumber(spec, given, pointer);
        case Type::Flag:
            if (!given.is_boolean()) refuse(pointer, "must be true or false");
            return given;
        case Type::Choice:
            if (!given.is_string() ||
                std::find(spec.choices.begin(), spec.choices.end(), given.get<std::string>()) == spec.choices.end())
                refuse(pointer, "must be one of: " + listOf(spec.choices));
            return given;
        case Type::Weights: return checkedWeights(spec, given, pointer);
    }
    refuse(pointer, "has an unknown type");
}

nlohmann::json fallbackOf(const OptionSpec& spec) {
    switch (spec.type) {
        case Type::Integer: return static_cast<std::int64_t>(spec.fallback);
        case Type::Number: return spec.fallback;
        case Type::Flag: return spec.fallback != 0;
        case Type::Choice: return spec.choice;
        case Type::Weights: break;
    }
    auto result = nlohmann::json::object();
    for (std::size_t i = 0; i < spec.choices.size(); ++i) result[spec.choices[i]] = spec.weights[i];
    return result;
}

}  // namespace

const std::vector<MethodInfo>& methodTable() {
    static const std::vector<MethodInfo> table = {
        {"lhspg", "LHSPG (LoRAShear)",
         "Groups fade to exact zero period by period while the adapters learn to do without them (paper section 3.3).",
         lhspgOptions()},
        {"one-shot", "One shot",
         "All groups are picked and zeroed at once after a warm-up; what other structured pruners do, for comparison.",
         oneShotOptions()},
    };
    return table;
}

nlohmann::json checkedOptions(const MethodInfo& method, const nlohmann::json& given, const std::string& pointer) {
    if (!given.is_null() && !given.is_object()) refuse(pointer, "must be an object of options");
    auto result = nlohmann::json::object();
    for (const auto& spec : method.options) {
        const bool present = given.is_object() && given.contains(spec.key);
        result[spec.key] = present ? checkedOne(spec, given[spec.key], pointer + "/" + spec.key) : fallbackOf(spec);
    }
    if (given.is_object())
        for (const auto& [key, value] : given.items())
            if (!result.contains(key)) {
                std::vector<std::string> keys;
                for (const auto& spec : method.options) keys.push_back(spec.key);
                refuse(pointer + "/" + key, "is not an option of " + method.id, "Options: " + listOf(keys) + ".");
            }
    return result;
}

}  // namespace lorashear
