#pragma once

#include "core/run/recipe.h"

#include <QObject>
#include <QString>

#include <map>
#include <optional>
#include <thread>
#include <vector>

namespace lorashear::ui {

/// Tokens in texts by the open model's tokenizer, as training reads them: without BOS, EOS and paragraphs that the recipe leaves out. Counted on a
/// thread of its own, each text once; a file that has changed is counted again. GUI thread only.
class TokenCounts : public QObject {
    Q_OBJECT
public:
    struct Count {
        qint64 tokens = -1;  ///< -1: it cannot be counted
        bool exact = true;   ///< else: of a large text, counted in pieces or by a part of it
        QString problem{};   ///< why it cannot
    };
    explicit TokenCounts(QObject* parent = nullptr);
    ~TokenCounts() override;

    /// From now on these texts; what is not known yet is counted, one after the other.
    /// model: folder or GGUF file. shortestDocument: tokens, as in a recipe.
    void want(const QString& model, int shortestDocument, const std::vector<RecipeSource>& texts);
    /// nothing: not counted yet.
    std::optional<Count> of(const RecipeSource& text) const;
    bool counting() const { return m_now.has_value(); }

Q_SIGNALS:
    void changed();

private:
    struct Work {
        QString model;
        int shortest = 0;
        std::vector<std::pair<QString, RecipeSource>> texts;  ///< by their keys
    };
    QString keyOf(const RecipeSource& text) const;
    void start(Work work);
    void count(const Work& work, std::stop_token stop);

    QString m_model;
    int m_shortest = 0;
    std::map<QString, Count> m_known;
    std::optional<Work> m_now, m_next;  ///< being counted; what was asked for meanwhile
    std::jthread m_thread;
};

}  // namespace lorashear::ui
