#pragma once

#include "core/loadability/model_shape.h"

#include <memory>
#include <string>
#include <vector>

namespace lorashear {

/// How a program takes a model.
enum class Loads { Yes, WithCustomCode, No };
const char* loadsName(Loads loads);  ///< "ok", "custom-code", "blocked"

/// What one program says to one shape.
struct LoadVerdict {
    std::string id, title;  ///< "transformers5", "transformers 5"
    Loads loads = Loads::Yes;
    std::string rule;                ///< the rule in the way, in words; empty when it opens as it is
    std::string detail;              ///< what exactly breaks it ("layer 3 has 7 query heads, layer 0 has 8")
    std::string source;              ///< where the rule was taken from
    std::vector<std::string> notes;  ///< opens, but worth knowing
};

/// What a model lies in when programs are asked for it.
enum class Carrier {
    Export,       ///< a folder as `slice` and exports write it: with our modelling file where transformers 5 needs it
    CodeFolder,   ///< a folder whose config.json is written for our modelling file
    PlainFolder,  ///< one without
    GgufFile      ///< which carries no code
};

/// The rules of one file.
class LoadabilityRules {
public:
    /// Error(BadInput) naming the rule for unknown keys, words or versions.
    static LoadabilityRules parse(const std::string& text, const std::string& subject);
    /// Those compiled in from resources/loadability.json.
    static const LoadabilityRules& builtin();
    LoadabilityRules(LoadabilityRules&&) noexcept;
    LoadabilityRules& operator=(LoadabilityRules&&) noexcept;
    ~LoadabilityRules();

    int revision() const;  ///< grows with every change of the rules
    std::vector<std::string> runtimes() const;
    std::vector<LoadVerdict> verdicts(const ModelShape& shape, Carrier carrier = Carrier::Export) const;
    LoadVerdict verdict(const ModelShape& shape, const std::string& runtime) const;  ///< Error(Usage) for an unknown one

private:
    LoadabilityRules();
    struct Data;
    std::unique_ptr<Data> m_data;
};

}  // namespace lorashear
