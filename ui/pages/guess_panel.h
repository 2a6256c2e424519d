#pragma once

#include "core/trace/structure.h"

#include <QWidget>

#include <memory>
#include <vector>

class QLabel;
class QPlainTextEdit;
class QPushButton;
class QTableView;

namespace lorashear::ui {

class HeadTable;
class Studio;

/// "Which head would you remove?": a head is chosen, a guess made, and the idle engine masks it and measures. Original and masked text stand side by
/// side, each with its perplexity. Nothing is trained and nothing of the plan changes.
class GuessPanel : public QWidget {
    Q_OBJECT
public:
    GuessPanel(Studio& studio, QWidget* parent);

protected:
    void showEvent(QShowEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    QWidget* makeBoard();
    QWidget* makeAnswer();
    void guess(int grade);
    void measureAll();
    void startOver();
    void fill();
    void fillBoard();
    void fillVerdict(int head);
    void fillScore();
    void fillStories(int head);
    int current() const;  ///< number of the chosen head; -1: none

    Studio& m_studio;
    HeadTable* m_heads;
    QTableView* m_board = nullptr;
    QLabel *m_question = nullptr, *m_verdict = nullptr, *m_score = nullptr, *m_before = nullptr, *m_after = nullptr;
    QPlainTextEdit *m_original = nullptr, *m_masked = nullptr;
    std::vector<QPushButton*> m_guessButtons;
    QPushButton *m_all = nullptr, *m_again = nullptr;
    std::vector<int> m_guesses;                    ///< by head; -1: none
    std::vector<bool> m_asked;                     ///< shown on the board once it is known
    std::shared_ptr<const Structure> m_structure;  ///< kept: another one may come to lie at its address
};

}  // namespace lorashear::ui
