#pragma once

#include <QString>
#include <QStringList>
#include <QWidget>

#include <vector>

namespace lorashear::ui {

/// One bar a token of a text: how far the model was from the original when it drew it. Left and right walk from token to token, Home and End jump, the pointer
/// shows what it is over; a text of more tokens than pixels shows the largest of those that share one.
class TokenRibbon : public QWidget {
    Q_OBJECT
public:
    TokenRibbon(const QString& objectName, const QString& accessibleName, QWidget* parent = nullptr);

    /// kl: one number a token, in nats; empty: nothing was measured, as `emptyText` says. first: the first token that differs, -1: none.
    void setTokens(const QStringList& tokens, const std::vector<double>& kl, int first, const QString& emptyText);
    void setTop(double top);  ///< the number of the highest bar, the same for all ribbons that stand beside each other
    const std::vector<double>& values() const { return m_kl; }
    int current() const { return m_current; }
    int first() const { return m_first; }
    QString words(int token) const;  ///< "token 14 “ball”: 2.31 nats"
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return {60, sizeHint().height()}; }

Q_SIGNALS:
    void currentChanged(int token);  ///< -1: none

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    bool event(QEvent* event) override;

private:
    int tokenAt(double x) const;
    void choose(int token);
    QString asTable() const;

    QStringList m_tokens;
    std::vector<double> m_kl;
    QString m_emptyText;
    double m_top = 0;
    int m_first = -1, m_current = -1;
};

}  // namespace lorashear::ui
