"""The people around a child: seen, invited, said yes to, let go."""
