#include "core/export/gguf_mixture.h"

#include "core/base/error.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>

namespace lorashear {

namespace {

struct Kind {
    std::string_view name, type;
    std::uint32_t fileType;
    bool headInSixBits, moreBits;
};
constexpr std::array<Kind, 6> kKinds{{
    {"F32", "F32", 0, false, false},
    {"F16", "F16", 1, false, false},
    {"BF16", "BF16", 32, false, false},
    {"Q8_0", "Q8_0", 7, false, false},
    {"Q4_0", "Q4_0", 2, true, false},
    {"Q4_K_M", "Q4_K", 15, true, true},
}};

struct Fallback {
    std::string_view from, to;
};
constexpr std::array<Fallback, 3> kFallbacks{{{"Q4_K", "Q5_0"}, {"Q5_K", "Q5_1"}, {"Q6_K", "Q8_0"}}};

const Kind& kindOf(const std::string& dtype) {
    std::string known;
    for (const Kind& kind : kKinds) {
        if (kind.name == dtype) return kind;
        known.append(known.empty() ? "" : ", ").append(kind.name);
    }
    throw Error(ErrorCode::Usage, dtype, "is not a type that GGUF exports store", "known: " + known);
}

bool inBlock(const std::string& name, const char* stem) {
    return name.starts_with("blk.") && name.ends_with(std::string(".") + stem + ".weight");
}

bool isValues(const std::string& name) {
    return inBlock(name, "attn_v") || inBlock(name, "attn_qkv");
}

bool staysFloat(const GgufShape& tensor) {
    return tensor.sizes.size() < 2 || tensor.name.find("_norm.") != std::string::npos || !tensor.name.ends_with(".weight") ||
           tensor.name == "position_embd.weight" || inBlock(tensor.name, "ffn_gate_inp");
}

bool isDown(const std::string& name) {
    return inBlock(name, "ffn_down") || inBlock(name, "ffn_down_exps");
}

/// Of eight experts, as Mixtral has them, attention is so small a part that llama.cpp spends more bits on it.
const GgmlType* typeBesideEight(const std::string& name, bool moreBits) {
    if (isValues(name) || inBlock(name, "attn_k")) return ggmlType("Q8_0");
    return moreBits && inBlock(name, "attn_output") ? ggmlType("Q5_K") : nullptr;
}

/// The number of a block; -1: none.
int layerOf(const std::string& name) {
    int layer = -1;
    if (name.starts_with("blk.")) std::from_chars(name.data() + 4, name.data() + name.size(), layer);
    return layer;
}

/// The place of each tensor of a kind among those of the kind, in the order of blocks.
std::map<std::string, int> placesOf(const std::vector<GgufShape>& tensors, bool (*isKind)(const std::string&)) {
    std::vector<std::pair<int, std::string>> found;
    for (const auto& tensor : tensors)
        if (isKind(tensor.name)) found.emplace_back(layerOf(tensor.name), tensor.name);
    std::sort(found.begin(), found.end());
    std::map<std::string, int> places;
    for (std::size_t i = 0; i < found.size(); ++i) places[found[i].second] = static_cast<int>(i);
    return places;
}

/// Whether place `i` of `n` is in the first or last eighth, or the third of three between.
bool getsMoreBits(int i, int n) {
    return i < n / 8 || i >= 7 * n / 8 || (i - n / 8) % 3 == 2;
}

/// "attn_q in blocks 0-3, 7", or the name itself.
std::string namesOf(const std::map<std::string, std::vector<int>>& layersOf) {
    std::string text;
    for (const auto& [stem, layers] : layersOf) {
        text.append(text.empty() ? "" : "; ").append(stem);
        for (std::size_t i = 0; i < layers.size() && layers[i] >= 0;) {
            std::size_t last = i;
            while (last + 1 < layers.size() && layers[last + 1] == layers[last] + 1) ++last;
            text += (i == 0 ? " in blocks " : ", ") + std::to_string(layers[i]);
            if (last > i) text += "-" + std::to_string(layers[last]);
            i = last + 1;
        }
    }
    return text;
}

/// The name without block and ending.
std::string stemOf(const std::string& name) {
    const int layer = layerOf(name);
    const std::string prefix = layer < 0 ? "" : "blk." + std::to_string(layer) + ".";
    return name.substr(prefix.size(), name.rfind('.') - prefix.size());
}

const GgmlType& fitting(const GgmlType& wanted, std::int64_t columns) {
    if (columns % wanted.blockSize == 0) return wanted;
    for (const auto& [from, to] : kFallbacks)
        if (from == wanted.name) return fitting(*ggmlType(to), columns);
    return *ggmlType("F16");
}

}  // namespace

std::vector<std::string> ggufDtypes() {
    std::vector<std::string> names;
    for (const Kind& kind : kKinds) names.emplace_back(kind.name);
    return names;
}

bool isQuantised(const std::string& dtype) {
    const auto found = std::find_if(kKinds.begin(), kKinds.end(), [&](const Kind& kind) { return kind.name == dtype; });
    return found != kKinds.end() && ggmlType(found->type)->blockSize > 1;
}

GgufMixture ggufMixture(const std::string& dtype, const std::vector<GgufShape>& tensors) {
    const Kind& kind = kindOf(dtype);
    const GgmlType &base = *ggmlType(kind.type), &sixBits = *ggmlType("Q6_K"), &f32 = *ggmlType("F32");
    const bool tied = std::none_of(tensors.begin(), tensors.end(), [](const auto& t) { return t.name == "output.weight"; });
    const std::string head = tied ? "token_embd.weight" : "output.weight";
    const auto moreBits = placesOf(tensors, isValues);
    const auto values = static_cast<int>(moreBits.size());
    const auto downs = placesOf(tensors, isDown);
    const bool eight = std::any_of(tensors.begin(), tensors.end(), [](const auto& tensor) {
        return inBlock(tensor.name, "ffn_gate_exps") && tensor.sizes.front() == 8;
    });
    GgufMixture mixture{kind.fileType, {}, {}};
    std::map<std::string, std::map<std::string, std::vector<int>>> fallen;
    for (const GgufShape& tensor : tensors) {
        if (staysFloat(tensor)) {
            mixture.types.push_back(&f32);
            continue;
        }
        const std::int64_t columns = tensor.sizes.back();
        const GgmlType* wanted = &base;
        if (kind.headInSixBits && tensor.name == head) wanted = columns % base.blockSize == 0 ? &sixBits : ggmlType("Q8_0");
        if (kind.moreBits) {
            const auto value = moreBits.find(tensor.name), down = downs.find(tensor.name);
            if ((value != moreBits.end() && getsMoreBits(value->second, values)) ||
                (down != downs.end() && getsMoreBits(down->second, static_cast<int>(downs.size()))))
                wanted = &sixBits;
        }
        if (tensor.scaled && base.blockSize == 1 && base.name != f32.name) {
            fallen["F32 instead of " + std::string(base.name) + " (scaled, as llama.cpp scales scores otherwise)"]
                  [stemOf(tensor.name)]
                      .push_back(layerOf(tensor.name));
            mixture.types.push_back(&f32);
            continue;
        }
        if (eight && base.blockSize > 1)
            if (const GgmlType* own = typeBesideEight(tensor.name, kind.moreBits)) wanted = own;
        const GgmlType& type = fitting(*wanted, columns);
        const bool head8 = kind.headInSixBits && tensor.name == head && wanted->name == "Q8_0";
        if (type.name != wanted->name || head8)
            fallen[std::string(type.name) + " instead of " + std::string(head8 ? "Q6_K" : wanted->name) + " (rows of " +
                   std::to_string(columns) + ")"][stemOf(tensor.name)]
                .push_back(layerOf(tensor.name));
        mixture.types.push_back(&type);
    }
    for (auto& [how, names] : fallen) {
        for (auto& [stem, layers] : names) std::sort(layers.begin(), layers.end());
        mixture.fallbacks.push_back("stored as " + how + ": " + namesOf(names));
    }
    return mixture;
}

}  // namespace lorashear
