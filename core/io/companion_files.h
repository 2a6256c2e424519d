#pragma once

#include <filesystem>
#include <vector>

namespace lorashear {

/// Files beside the weights that an export copies byte for byte (tokenizer*, special_tokens_map, vocab, merges, generation_config, chat_template,
/// LICENSE*, USE_POLICY*), in name order. source: a model folder, a file in it or a folder of such files alone; of a GGUF file there are none: all that
/// belongs to it is inside, what lies beside it may belong to others.
std::vector<std::filesystem::path> companionFilesOf(const std::filesystem::path& source);

}  // namespace lorashear
