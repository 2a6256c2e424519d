#include "ui/controller/token_counts.h"

#include "core/base/error.h"
#include "core/text/source_reading.h"
#include "core/text/tokenizer.h"

#include <QDateTime>
#include <QFileInfo>

#include <algorithm>
#include <cmath>
#include <memory>
#include <utility>

namespace lorashear::ui {

namespace {

constexpr std::size_t kCountedBytes = 16'000'000;      ///< of a text; of a larger one the rest follows by its size
constexpr std::size_t kCountedPieceBytes = 2'000'000;  ///< encoded at once: what a window that closes may have to wait for

/// Documents of a text one after the other, none longer than a piece: a text without blank lines is one document, however long it is.
class Reading {
public:
    explicit Reading(std::vector<Document> documents) : m_documents(std::move(documents)) {
        for (const Document& document : m_documents) m_bytes += document.prompt.size() + document.text.size();
    }
    std::size_t bytes() const { return m_bytes; }
    std::size_t read() const { return m_read; }
    bool cut() const { return m_cut; }
    /// A piece of them; empty at the end, or when enough was read.
    std::vector<Document> next() {
        std::vector<Document> piece;
        std::size_t taken = 0;
        while (m_at < m_documents.size() && taken < kCountedPieceBytes && m_read < kCountedBytes) {
            Document& from = m_documents[m_at];
            std::size_t end = std::min(m_from + kCountedPieceBytes, from.text.size());
            while (end < from.text.size() && (static_cast<unsigned char>(from.text[end]) & 0xC0) == 0x80) --end;
            piece.push_back({std::exchange(from.prompt, {}), from.text.substr(m_from, end - m_from)});
            const std::size_t size = piece.back().prompt.size() + piece.back().text.size();
            taken += size, m_read += size;
            m_from = end < from.text.size() ? end : 0;
            m_cut = m_cut || m_from > 0;
            if (m_from == 0) ++m_at;
        }
        return piece;
    }

private:
    std::vector<Document> m_documents;
    std::size_t m_bytes = 0, m_read = 0, m_at = 0, m_from = 0;  ///< m_from: in the text of the document at m_at
    bool m_cut = false;
};

/// As core/recover/training_text.h makes sequences of documents: paragraphs in one piece, instructions one by one. Filtering encodes all that it is given, so
/// that it too gets pieces and no more of a text than is counted.
TokenCounts::Count countOf(const Tokenizer& tokenizer, const RecipeSource& source, int shortest,
                           const std::stop_token& stop) {
    Control control;
    control.stop = stop;
    Reading reading(readDocuments(source.path, source.format, control));
    TokenCounts::Count count{0, reading.bytes() <= kCountedBytes};
    std::string paragraphs;
    const auto encode = [&](const std::string& text) {
        if (stop.stop_requested()) throw Error(ErrorCode::Cancelled, source.path, "is no longer wanted");
        count.tokens += qint64(tokenizer.encode(text).size());
    };
    for (std::vector<Document> piece = reading.next(); !piece.empty(); piece = reading.next()) {
        if (stop.stop_requested()) throw Error(ErrorCode::Cancelled, source.path, "is no longer wanted");
        if (shortest > 0) piece = withoutShortParagraphs(std::move(piece), tokenizer, shortest);
        for (const Document& document : piece) {
            if (!document.prompt.empty()) {
                encode(document.prompt);
                encode(document.text);
                continue;
            }
            paragraphs.append(paragraphs.empty() ? "" : "\n\n").append(document.text);
            if (paragraphs.size() < kCountedPieceBytes) continue;
            encode(paragraphs);
            paragraphs.clear();
            count.exact = false;  // where pieces meet, tokens may differ
        }
    }
    if (!paragraphs.empty()) encode(paragraphs);
    if (reading.cut()) count.exact = false;
    if (reading.read() < reading.bytes())
        count.tokens = std::llround(double(count.tokens) * double(reading.bytes()) / double(reading.read()));
    return count;
}

}  // namespace

TokenCounts::TokenCounts(QObject* parent) : QObject(parent) {}

TokenCounts::~TokenCounts() {
    m_thread = {};  // asks it to stop and waits for it, one piece of a text at most
}

QString TokenCounts::keyOf(const RecipeSource& text) const {
    const QFileInfo file(QString::fromStdString(text.path));
    return QStringLiteral("%1\n%2\n%3\n%4\n%5\n%6")
        .arg(m_model)
        .arg(m_shortest)
        .arg(file.absoluteFilePath())
        .arg(int(text.format))
        .arg(file.size())
        .arg(file.lastModified().toMSecsSinceEpoch());
}

std::optional<TokenCounts::Count> TokenCounts::of(const RecipeSource& text) const {
    const auto known = m_known.find(keyOf(text));
    return known == m_known.end() ? std::nullopt : std::optional(known->second);
}

void TokenCounts::want(const QString& model, int shortestDocument, const std::vector<RecipeSource>& texts) {
    m_model = model;
    m_shortest = shortestDocument;
    Work wanted{model, shortestDocument, {}};
    const auto has = [](const Work& work, const QString& key) {
        return std::any_of(work.texts.begin(), work.texts.end(), [&](const auto& text) { return text.first == key; });
    };
    for (const RecipeSource& text : texts) {
        const QString key = keyOf(text);
        if (!m_known.contains(key) && !has(wanted, key)) wanted.texts.emplace_back(key, text);
    }
    m_next.reset();
    if (model.isEmpty() || wanted.texts.empty()) return;
    if (!m_now) return start(std::move(wanted));
    const bool coming =
        std::all_of(wanted.texts.begin(), wanted.texts.end(), [&](const auto& text) { return has(*m_now, text.first); });
    if (coming) return;
    m_next = std::move(wanted);
    m_thread.request_stop();
}

void TokenCounts::start(Work work) {
    m_now = std::move(work);
    m_thread = std::jthread([this, asked = *m_now](std::stop_token stop) {
        count(asked, stop);
        QMetaObject::invokeMethod(
            this,
            [this] {
                m_now.reset();
                if (m_next) start(*std::exchange(m_next, std::nullopt));
                Q_EMIT changed();
            },
            Qt::QueuedConnection);
    });
}

void TokenCounts::count(const Work& work, std::stop_token stop) {
    std::unique_ptr<Tokenizer> tokenizer;
    for (const auto& [key, text] : work.texts) {
        Count found;
        try {
            if (!tokenizer) tokenizer = Tokenizer::open(work.model.toStdString());
            found = countOf(*tokenizer, text, work.shortest, stop);
        } catch (const std::exception& error) {
            found = {-1, true, QString::fromUtf8(error.what())};
        }
        if (stop.stop_requested()) return;
        QMetaObject::invokeMethod(
            this,
            [this, at = key, found] {
                m_known[at] = found;
                Q_EMIT changed();
            },
            Qt::QueuedConnection);
    }
}

}  // namespace lorashear::ui
