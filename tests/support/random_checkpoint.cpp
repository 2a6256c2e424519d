// random_checkpoint CONFIG.json FOLDER [SHARD_BYTES]: a sharded bf16 checkpoint of random numbers in the shapes that a config.json asks for,
// tensor by tensor, to try models of sizes that no repository should carry (tests/data/shapes has a 7B one: 13 GB).
#include "core/base/error.h"
#include "core/base/random.h"
#include "core/io/atomic_file.h"
#include "core/io/pending_folder.h"
#include "core/io/tensor_stream.h"
#include "core/model/family.h"

#include <cstring>
#include <iostream>
#include <vector>

namespace {

using namespace lorashear;

/// Signs and mantissas are random, the exponent is that of 2^-6: finite, about the size of trained weights. Norm gains are one.
TensorData randomNumbers(const std::string& name, const std::vector<std::int64_t>& shape) {
    TensorData data{name, DType::BF16, shape, nullptr, nullptr};
    const auto count = static_cast<std::size_t>(data.count());
    auto numbers = std::make_shared<std::vector<std::uint16_t>>(count);
    const bool gain = shape.size() == 1;
    Random random(1, name);
    std::uint64_t bits = 0;
    for (std::size_t i = 0; i < count; ++i) {
        if (i % 4 == 0 && !gain) bits = random.next();
        (*numbers)[i] = gain ? 0x3f80 : static_cast<std::uint16_t>((bits >> (16 * (i % 4)) & 0x807f) | (121 << 7));
    }
    data.data = reinterpret_cast<const std::byte*>(numbers->data());
    data.owner = numbers;
    return data;
}

void write(const std::filesystem::path& file, const std::filesystem::path& folder, std::uint64_t shardBytes) {
    const auto text = readFile(file);
    const auto config = parseConfig(text, file.string());
    std::vector<LazyTensor> tensors;
    for (const auto& [name, shape] : familyOf(config.family, file.string()).shapes(config))
        tensors.push_back({name, DType::BF16, shape, [name = name, shape = shape] { return randomNumbers(name, shape); }});
    PendingFolder pending(folder);
    writeFile(pending.path() / "config.json", text);
    writeShards(pending.path(), tensors, shardBytes);
    pending.commit();
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 3) {
        std::cerr << "usage: random_checkpoint CONFIG.json FOLDER [SHARD_BYTES]\n";
        return 2;
    }
    try {
        write(argv[1], argv[2], argc > 3 ? std::stoull(argv[3]) : 5'000'000'000);
    } catch (const Error& error) {
        std::cerr << error.what() << "\n";
        return exitCode(error.code());
    }
    return 0;
}
