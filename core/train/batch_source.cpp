#include "core/base/error.h"
#include "core/base/random.h"
#include "core/train/trainer.h"

#include <numeric>

namespace lorashear {

namespace {

class ShuffledSource : public BatchSource {
public:
    ShuffledSource(std::vector<Sequence> sequences, std::uint64_t seed, std::string name)
        : m_sequences(std::move(sequences)), m_seed(seed), m_name(std::move(name)) {
        if (m_sequences.empty())
            throw Error(ErrorCode::BadInput, m_name, "there is nothing to train on",
                        "Give a longer text, a smaller window, or a lower shortestDocument.");
    }

    std::vector<Sequence> next(int sequences) override {
        std::vector<Sequence> batch;
        for (int i = 0; i < sequences; ++i) batch.push_back(m_sequences[index(m_drawn++)]);
        return batch;
    }

    void save(Archive& archive, const std::string& prefix) const override { archive.values[prefix + "drawn"] = m_drawn; }
    void load(const Archive& archive, const std::string& prefix) override {
        m_drawn = archive.value(prefix + "drawn").get<std::uint64_t>();
    }

private:
    // The n-th draw is a pure function of seed and n, so a checkpoint stores one number.
    std::size_t index(std::uint64_t draw) {
        const auto epoch = draw / m_sequences.size();
        if (m_order.empty() || epoch != m_epoch) shuffle(epoch);
        return m_order[draw % m_sequences.size()];
    }

    void shuffle(std::uint64_t epoch) {
        m_epoch = epoch;
        m_order.resize(m_sequences.size());
        std::iota(m_order.begin(), m_order.end(), std::size_t{0});
        Random random(m_seed, "batches." + m_name + "." + std::to_string(epoch));
        for (std::size_t i = m_order.size(); i > 1; --i) std::swap(m_order[i - 1], m_order[random.below(i)]);
    }

    std::vector<Sequence> m_sequences;
    std::uint64_t m_seed;
    std::string m_name;
    std::uint64_t m_drawn = 0, m_epoch = 0;
    std::vector<std::size_t> m_order;
};

}  // namespace

std::unique_ptr<BatchSource> shuffledSource(std::vector<Sequence> sequences, std::uint64_t seed, const std::string& name) {
    return std::make_unique<ShuffledSource>(std::move(sequences), seed, name);
}

}  // namespace lorashear
