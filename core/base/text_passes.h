#pragma once

#include <cstdint>

namespace lorashear {

/// How much text models read beside the steps of training: for scores, choices, repairs and reconstruction. A token that goes through all of a model's
/// blocks counts once, through one of them as that part; a backward pass is not counted apart. Sums are whole numbers inside, so that they do not depend on
/// the order in which parts were added.
class TextPasses {
public:
    std::int64_t tokens() const { return (m_parts + kParts / 2) / kParts; }  ///< rounded
    std::int64_t parts() const { return m_parts; }                           ///< to go on from: what restore() takes
    void restore(std::int64_t parts) { m_parts = parts; }

    /// Told by models, of every block; nobody hears it unless somebody counts on this thread. Negative: was counted elsewhere.
    static void tell(std::int64_t tokens, int ofBlocks = 1) {
        if (s_listening) s_listening->m_parts += tokens * kParts / ofBlocks;
    }

    /// Counts on this thread while it lives; who counted before goes on afterwards.
    class Counting {
    public:
        explicit Counting(TextPasses& passes) : Counting(&passes) {}
        ~Counting() { s_listening = m_before; }
        Counting(const Counting&) = delete;
        Counting& operator=(const Counting&) = delete;

    protected:
        explicit Counting(TextPasses* passes) : m_before(s_listening) { s_listening = passes; }

    private:
        TextPasses* m_before;
    };
    /// What a step of training or a measurement reads is told by itself.
    class Pause : Counting {
    public:
        Pause() : Counting(nullptr) {}
    };

private:
    static constexpr std::int64_t kParts = 1000000;
    static inline thread_local TextPasses* s_listening = nullptr;
    std::int64_t m_parts = 0;
};

}  // namespace lorashear
