#pragma once

namespace lorashear {

class Checkpoint;
struct Family;
struct ModelConfig;

/// Whether a checkpoint whose config ties the head to the embedding holds a head with other numbers. Reads both, in pieces, up to the first
/// difference; other shapes or types that round differently are other numbers.
bool hasOwnHead(const Checkpoint& checkpoint, const Family& family, const ModelConfig& config);

}  // namespace lorashear
