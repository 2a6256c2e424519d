#pragma once

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <set>
#include <string>
#include <vector>

namespace lorashear {

class GgufFile;
struct GgufArchitecture;

struct GgufLayerSizes {
    std::int64_t heads = 0, kvHeads = 0, width = 0;
};

/// The metadata of a GGUF file whose architecture we know: sizes, typed values with their defaults, and who asked for what. A key that belongs to
/// the architecture and that nobody asked for is refused at the end unless it changes no number, or has the value that changes none.
/// Names are given without the architecture ("rope.freq_base"). Error(BadInput) for values that no model can have, Error(Unsupported) for what is
/// not computed here.
class GgufMetadata {
public:
    explicit GgufMetadata(const GgufFile& file);

    const GgufArchitecture& architecture() const { return *m_architecture; }
    std::int64_t hidden = 0, headDim = 0;
    std::int64_t rotary = 0;  ///< features of a head that positions turn
    std::vector<GgufLayerSizes> layers;
    std::int64_t experts = 0, expertsPerToken = 0, expertWidth = 0;  ///< of architectures with routed MLPs, in every layer

    bool has(const std::string& name) const;
    std::int64_t positive(const std::string& name) const;  ///< required
    std::int64_t whole(const std::string& name, std::int64_t otherwise) const;
    /// Float32 in their shortest decimal spelling, so that 1e-5 stays 1e-5.
    double aboveZero(const std::string& name, double otherwise) const;
    double zeroOrMore(const std::string& name, double otherwise) const;
    bool flag(const std::string& name, bool otherwise) const;
    /// One number when all layers have the same, else a list.
    nlohmann::ordered_json perLayer(std::int64_t GgufLayerSizes::*member) const;
    /// Which blocks have a window: attention.sliding_window_pattern as a list, or as the period whose last block has none.
    std::vector<bool> slidingLayers(std::int64_t otherwise) const;
    /// rope_scaling of config.json from the keys that llama.cpp reads (old ones too) and from the tensor of frequency factors.
    void addRopeScaling(nlohmann::ordered_json& json) const;
    /// A token id if it is one: converters write 2^32-1 for "none".
    void addToken(nlohmann::ordered_json& json, const std::string& name, const char* configName,
                  std::int64_t vocabulary) const;

    void requireAllUnderstood() const;
    [[noreturn]] void unsupported(const std::string& what) const;
    [[noreturn]] void refuseKey(const std::string& name, const std::string& rule) const;

private:
    std::string key(const std::string& name) const;  ///< notes that it has been asked for
    void readSizes();
    void readExperts();
    void readPerLayer(const std::string& name, std::int64_t GgufLayerSizes::*member,
                      const std::int64_t GgufLayerSizes::*other);
    void checkLayer(std::size_t index) const;
    std::int64_t positiveOr(const std::string& name, std::int64_t otherwise) const;
    double shortest(const std::string& name, double otherwise) const;
    void addFrequencyFactors(nlohmann::ordered_json& json, const std::vector<float>& given) const;

    const GgufFile& m_file;
    const GgufArchitecture* m_architecture = nullptr;
    mutable std::set<std::string> m_asked;
};

}  // namespace lorashear
