#pragma once

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <vector>

namespace lorashear {

/// One option of a pruning method: the form in the window, the checks of a recipe and the help all come from it.
struct OptionSpec {
    enum class Type { Integer, Number, Flag, Choice, Weights };
    std::string key;
    Type type = Type::Number;
    double fallback = 0;  ///< default of Integer, Number, Flag
    double least = 0, most = 0;
    std::string choice;                ///< default of Choice
    std::vector<std::string> choices;  ///< of Choice; of Weights: the allowed names (default weights in `weights`)
    std::vector<double> weights;
    std::string unit;  ///< "steps", "" …
    std::string help;  ///< one sentence
};

/// A pruning method as recipes and windows know it, without the engine behind it.
struct MethodInfo {
    std::string id;     ///< "lhspg", "one-shot"
    std::string title;  ///< "LHSPG (LoRAShear)"
    std::string help;
    std::vector<OptionSpec> options;
};

/// The table of methods; core/prune/method_table.cpp is its one place.
const std::vector<MethodInfo>& methodTable();

/// Fills in defaults and checks types and ranges. Error(BadRecipe) with subject pointer + "/" + key.
nlohmann::json checkedOptions(const MethodInfo& method, const nlohmann::json& given, const std::string& pointer);

}  // namespace lorashear
