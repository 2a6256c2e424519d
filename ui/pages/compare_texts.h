#pragma once

#include "ui/controller/lineup.h"
#include "ui/controller/text_difference.h"

#include <QWidget>

#include <array>
#include <optional>
#include <string>
#include <vector>

class QCheckBox;
class QDoubleSpinBox;
class QGridLayout;
class QLabel;
class QLineEdit;
class QPlainTextEdit;
class QPushButton;
class QSpinBox;

namespace lorashear::ui {

class Studio;
class TokenRibbon;

/// What the models in the columns make of one beginning: what differs from the first column is underlined, the first token that differs marked in every column, and
/// below each text how far the model was from the original at every token.
class CompareTexts : public QWidget {
    Q_OBJECT
public:
    CompareTexts(Studio& studio, QWidget* parent);

    void setColumns(std::vector<LineupEntry> columns, const ComparedModel& original);
    void refresh();
    QString command() const;  ///< that writes the texts without a window; "": none does

Q_SIGNALS:
    void explanationAsked();  ///< of a token: its answer is to be seen

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    struct Side {
        QLabel *heading = nullptr, *figures = nullptr;
        QPushButton* which = nullptr;
        QWidget* below = nullptr;  ///< holds figures and which
        QPlainTextEdit* story = nullptr;
        TokenRibbon* ribbon = nullptr;
        WrittenText text;
        std::vector<double> kl;
        std::vector<int> ids;  ///< all that was read and written
        std::vector<TextPart> marks, points;
        int differs = -1;  ///< the first token that differs; -1: none, or tokens are not known
    };
    QWidget* makePrompt();
    Side makeSide(int number, QGridLayout& grid);
    void fitType();
    void write();
    void refreshChat();
    bool fetch();  ///< false: all is as it is shown
    std::optional<WrittenText> sampleOf(const LineupEntry& column, const std::string& prompt) const;
    void mark();
    QString whyNoExplanation(std::size_t at) const;  ///< of tokens of that column; "": there can be one
    void explain(std::size_t at);
    void showSide(Side& side);
    void showRibbons();
    std::vector<ComparedModel> models() const;

    Studio& m_studio;
    std::vector<LineupEntry> m_columns;
    ComparedModel m_original;
    std::array<Side, kMostColumns> m_sides{};
    QGridLayout* m_grid = nullptr;
    QLabel* m_difference = nullptr;
    QLineEdit* m_prompt = nullptr;
    QCheckBox* m_chat = nullptr;
    std::string m_chatOf;  ///< the model whose chat template the box was set by
    QString m_promptShown;
    bool m_otherColumns = true;  ///< than those that were marked last
    QSpinBox *m_tokens = nullptr, *m_seed = nullptr;
    QDoubleSpinBox* m_temperature = nullptr;
    QPushButton* m_write = nullptr;
};

}  // namespace lorashear::ui
