#pragma once

#include <filesystem>
#include <string>

namespace lorashear {

class GgufFile;
class GgufWriter;

/// What a model's file says about where it comes from and how text is to be drawn from it, carried over into a GGUF file that is made from it: of a GGUF
/// file licence, authors, base models and sampling settings as they stand; of a folder the sampling settings of its generation_config.json.
void writeGgufOrigin(GgufWriter& writer, const std::filesystem::path& source);

/// The generation_config.json that says what a file's token ids and sampling settings say.
std::string ggufGenerationConfig(const GgufFile& file);

}  // namespace lorashear
