#pragma once

#include <QString>

#include <string>

/// Checkpoints in the shapes of published models that no repository carries, for measurements.
namespace lorashear::bench {

struct LlamaShape {
    int hidden, layers, heads, intermediate, vocabulary;
    bool tied;  ///< no head of its own
};

inline constexpr LlamaShape kLlama7B{4096, 32, 32, 11008, 32000, false};
inline constexpr LlamaShape kLlama15M{288, 6, 6, 768, 32000, true};

enum class Numbers {
    Holes,  ///< the file has the size and holds nothing: it takes no room on the disk
    Random  ///< small, of both signs; gains of norms are one
};

/// A folder with config.json, the bundled model's tokenizer and one F32 model.safetensors.
void writeShapeCheckpoint(const QString& folder, const LlamaShape& shape, Numbers numbers);

std::string loadOfMachine();  ///< /proc/loadavg: what else goes on

}  // namespace lorashear::bench
